"""Widgets shared by the window and its dialogs."""
