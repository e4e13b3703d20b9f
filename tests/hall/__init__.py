"""What the last row of a hall sees of the window, measured from its widgets."""
