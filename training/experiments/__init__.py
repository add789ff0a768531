"""Comparisons of training recipes as declarative files: several seeds, fixed patient-level folds, honest statistics."""
