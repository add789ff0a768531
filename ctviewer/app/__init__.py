"""Composition root: entry points, wiring, crash handling, command line."""
