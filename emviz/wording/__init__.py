"""The words and numbers of the panels, without Qt: for the window, for a screen reader, for a page."""
