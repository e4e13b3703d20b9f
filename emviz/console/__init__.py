"""The command line: the window, or `models`, `lessons`, `fit` and the like without one."""
