"""Where everything stands: the bar on top, the panels in their arrangement, the status below."""
