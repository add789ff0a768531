"""Mask editing as pure functions: tools return a Region, compose makes a MaskEdit."""
