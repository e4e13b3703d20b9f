"""The session on the desk, who is drawn when, and what is computed in the background."""
