"""A run as an animation: pictures of the window or of a panel, one for each half-step, in one file."""
