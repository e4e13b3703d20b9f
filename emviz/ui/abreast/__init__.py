"""EM, hard EM and the complete data beside each other, stepped together."""
