"""The parameters θ: their coordinates, their names, their values from outside."""
