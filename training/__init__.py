"""Training as a separate process: ``python -m training``."""
