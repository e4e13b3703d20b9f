"""The panels of the window, a room each, and the geometry and the plots that they share."""
