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
        bottom, right = -height % self.multiple, -width % self.multiple
        if not bottom and not right:
            return self.forward_padded(image)
        padded = functional.pad(image, (0, right, 0, bottom), mode="replicate")
        return self.forward_padded(padded)[..., :height, :width]

    def forward_padded(self, image: Tensor) -> Tensor:
        """Logits for an image whose sides are multiples of `multiple`."""
        raise NotImplementedError
