"""Lectures: full screen, black screen and mouse pointer."""
