"""Saving: session files, unsaved work, notes and preferences."""
