"""The plot widget in the window's fonts and colours, and the items drawn on it."""
