"""A lecture: the full screen, the black screen, the mouse that is seen from far."""
