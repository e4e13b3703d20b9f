"""A run as an animation of the window or of a panel, one frame per half-step."""
