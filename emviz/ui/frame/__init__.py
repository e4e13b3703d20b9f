"""The layout of the window: the bar at the top, the panels, the status bar."""
