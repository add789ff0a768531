"""Loss of the U-Net-boosted classifier: α · cross-entropy + (1 − α) · Dice; labels or masks may be missing."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

UNKNOWN = -1
"""Class of a picture without a diagnosis, and mask value of a picture without a mask."""

SMOOTH = 1.0


def ubc_loss(outputs: Sequence[Tensor], labels: Tensor, masks: Tensor, alpha: float = 0.5) -> Tensor:
    """Loss of one batch.

    Parameters
    ----------
    outputs
        What `ctviewer.networks.ubc.UBCResNet34` gives: class logits, mask logits, mask logits of coarser levels.
    labels
        Shape ``(N,)``; `UNKNOWN` contributes no classification term.
    masks
        Shape ``(N, H, W)``, whole numbers from 0; a picture that is `UNKNOWN` everywhere contributes no mask term.
    alpha
        Weight of the classification term.
    """
    class_logits, *mask_logits = outputs
    dice = torch.stack([dice_loss(logits, _at_scale(masks, logits)) for logits in mask_logits]).mean()
    return alpha * known_cross_entropy(class_logits, labels) + (1 - alpha) * dice


def known_cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean cross-entropy of the labelled pictures; 0, still attached to the network, where there is none."""
    known = labels != UNKNOWN
    if not known.any():
        return logits.sum() * 0.0
    return functional.cross_entropy(logits[known], labels[known])


def dice_loss(logits: Tensor, masks: Tensor) -> Tensor:
    """1 − (2 Σ p m + s) / (Σ p + Σ m + s), sums over the whole batch, mean over the kinds of tissue in it.

    One channel is a sigmoid; several are a softmax whose first is background and not counted. A kind of tissue that no
    mask of the batch holds is left out: it could only reward predicting nothing.
    """
    known = (masks != UNKNOWN).flatten(1).all(dim=1)
    if not known.any():
        return logits.sum() * 0.0
    logits, masks = logits[known], masks[known]
    if logits.shape[1] == 1:
        pairs = [(torch.sigmoid(logits[:, 0]), (masks > 0).to(logits.dtype))]
    else:
        shares = torch.softmax(logits, dim=1)
        present = [c for c in range(1, logits.shape[1]) if bool((masks == c).any())]
        pairs = [(shares[:, c], (masks == c).to(logits.dtype)) for c in present]
    if not pairs:
        return logits.sum() * 0.0
    return torch.stack([1 - (2 * (p * m).sum() + SMOOTH) / (p.sum() + m.sum() + SMOOTH) for p, m in pairs]).mean()


def _at_scale(masks: Tensor, logits: Tensor) -> Tensor:
    """Masks on a coarser grid, nearest neighbour; the network pads its input right and below, with background here."""
    height, width = logits.shape[-2:]
    if masks.shape[-2:] == (height, width):
        return masks
    factor = 2 ** round(float(torch.log2(torch.tensor(masks.shape[-1] / width)).ceil()))
    down, right = height * factor - masks.shape[-2], width * factor - masks.shape[-1]
    unknown = (masks == UNKNOWN).flatten(1).all(dim=1)
    padded = functional.pad(masks, (0, right, 0, down))
    padded[unknown] = UNKNOWN
    return padded[:, ::factor, ::factor]
