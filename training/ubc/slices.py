"""Axial brain slices with lesion masks, for comparing classifiers with and without a segmentation branch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from skimage.transform import resize

from ctviewer.domain.errors import CTViewerError
from ctviewer.io.research_image import read_numbers

FLAIR, MASK, BRAIN = "Flair_subtrMeanDivStd.nii.gz", "OTMultiClass.nii.gz", "brainmask.nii.gz"
ENHANCING = 4
MASK_KINDS = ("lesion", "boxes", "classes")
"""Union of all lesion labels; the boxes around it; every label a class of its own."""

MASK_CLASSES = {"lesion": 1, "boxes": 1, "classes": 5}
_LEAST_BRAIN = 0.1
_CLIP = 5.0


@dataclass(frozen=True, eq=False)
class BrainSlices:
    """Slices of several patients.

    Parameters
    ----------
    pictures
        Shape ``(N, S, S)``, float32, 0…1.
    labels
        1 where the slice shows enhancing tumour.
    masks
        Shape ``(N, S, S)``, int64; 0 background.
    patients
        Patient number of every slice.
    """

    pictures: NDArray[np.float32]
    labels: NDArray[np.int64]
    masks: NDArray[np.int64]
    patients: NDArray[np.int64]


def read_slices(root: Path, size_px: int = 96, step: int = 2, masks: str = "lesion") -> BrainSlices:
    """Every ``step``-th slice with enough brain of all patient folders below ``root``.

    Raises
    ------
    CTViewerError
        If there are fewer than two patients, or no such kind of masks.
    UnreadableFileError
        If an image of a patient cannot be read.
    """
    if masks not in MASK_KINDS:
        raise CTViewerError(f"There are no masks of the kind “{masks}”.", f"Known: {', '.join(MASK_KINDS)}.")
    folders = sorted(p.parent for p in root.glob(f"*/{FLAIR}"))
    if len(folders) < 2:
        raise CTViewerError(
            f"{root} holds {len(folders)} patients with {FLAIR}.", "Training and testing need at least two patients."
        )
    pictures, labels, drawn, patients = [], [], [], []
    for patient, folder in enumerate(folders):
        flair, lesion, brain = (read_numbers(folder / name) for name in (FLAIR, MASK, BRAIN))
        for k in range(0, len(flair), step):
            if (brain[k] > 0).mean() < _LEAST_BRAIN:
                continue
            grey = np.clip(flair[k] / (2 * _CLIP) + 0.5, 0, 1)
            pictures.append(resize(grey, (size_px, size_px), order=1, anti_aliasing=True).astype(np.float32))
            small = resize(lesion[k], (size_px, size_px), order=0, preserve_range=True, anti_aliasing=False)
            drawn.append(_mask(np.rint(small).astype(np.int64), masks))
            labels.append(int((lesion[k] == ENHANCING).any()))
            patients.append(patient)
    return BrainSlices(np.stack(pictures), np.array(labels), np.stack(drawn), np.array(patients))


def box_mask(mask: NDArray[np.int64]) -> NDArray[np.int64]:
    """1 in the bounding box of everything that is not 0."""
    box = np.zeros_like(mask)
    rows, columns = np.nonzero(mask)
    if len(rows):
        box[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] = 1
    return box


def _mask(labels: NDArray[np.int64], kind: str) -> NDArray[np.int64]:
    if kind == "classes":
        return labels
    return box_mask(labels) if kind == "boxes" else (labels > 0).astype(np.int64)
