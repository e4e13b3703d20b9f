"""The experiment and the data, at the left of the window."""
