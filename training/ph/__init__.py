"""Pulmonary-hypertension classifier: its data, honest protocols, methods and the bundled model."""

from training.ph.commands import add_arguments

__all__ = ["add_arguments"]
