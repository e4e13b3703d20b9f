"""The command line: opens the window, or runs a command such as `fit` without one."""
