"""U-Net-boosted classifier (UBC) against plain ResNet34 on brain slices with lesion masks."""

from training.ubc.commands import add_arguments

__all__ = ["add_arguments"]
