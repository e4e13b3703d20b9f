"""The experiment and the data: what stands at the left of the window."""
