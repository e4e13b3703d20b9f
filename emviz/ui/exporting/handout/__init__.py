"""Handouts: sheets of a run drawn into a PDF with vector graphics and fonts."""
