"""Observable state and user intentions (QtCore only)."""
