"""Appearance: colours, text sizes, animation, screens."""
