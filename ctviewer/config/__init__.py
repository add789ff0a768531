"""Where things lie on disk, and the user's preferences."""
