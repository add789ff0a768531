"""Networks that halve their input several times, made to accept any size."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional


class AnySizeNetwork(nn.Module):
    """A network whose body needs height and width to be multiples of a number; it pads before and crops after.

    Sub-classes implement `forward_padded`. The padding repeats the last row and column, at the bottom and at the right,
    so an input that already fits goes through untouched.

    Parameters
    ----------
    multiple
        What height and width of the body's input must be multiples of.
    """

    def __init__(self, multiple: int) -> None:
        super().__init__()
        self.multiple = multiple

    def forward(self, image: Tensor) -> Tensor:
        """Logits ``(N, classes, H, W)`` for an image ``(N, in_channels, H, W)``, any H and W from 1."""
        height, width = image.shape[-2:]
        return self.forward_padded(self.padded(image))[..., :height, :width]

    def padded(self, image: Tensor) -> Tensor:
        """The image with height and width rounded up to the multiple."""
        bottom, right = -image.shape[-2] % self.multiple, -image.shape[-1] % self.multiple
        return functional.pad(image, (0, right, 0, bottom), mode="replicate") if bottom or right else image

    def forward_padded(self, image: Tensor) -> Tensor:
        """Logits for an image whose sides are multiples of `multiple`."""
        raise NotImplementedError
