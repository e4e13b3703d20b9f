"""Actions, their shortcuts and the menus."""
