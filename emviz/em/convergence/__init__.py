"""When a run stops, where it has ended, and how fast it was."""
