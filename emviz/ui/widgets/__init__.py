"""Parts that the window and its dialogs are made of."""
