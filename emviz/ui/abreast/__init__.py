"""EM, hard EM and the complete data side by side, stepped together."""
