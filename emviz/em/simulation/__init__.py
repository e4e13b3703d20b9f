"""Simulated data and cells removed on purpose, drawn block by block."""
