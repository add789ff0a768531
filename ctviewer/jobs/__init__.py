"""Run something elsewhere and report back (QtCore only)."""
