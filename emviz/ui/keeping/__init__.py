"""What is kept: the session as a file, unsaved work, and what is remembered from one day to the next."""
