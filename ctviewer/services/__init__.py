"""Headless use cases: what the window and the command line both call."""
