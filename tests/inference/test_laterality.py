"""What lies on the patient's left is on the right of the picture a model gets, and its answer is back on the left."""

from __future__ import annotations

from itertools import permutations, product
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from ctviewer.domain.volume import Volume
from ctviewer.inference import segmenter
from ctviewer.io.mask_images import write_labels
from ctviewer.services.study_loading import load, open_path
from tests.inference.model_folders import version_folder
from tests.support.ct_phantom import BLOBS, Grid, array_on_affine
from tests.support.dicom_files import write_series
from tests.support.foreign_files import read_with_nibabel, read_with_sitk, source_affine, write_image


class Bright(nn.Module):
    """Marks what is denser than fat, and keeps the pictures it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.pictures: list[torch.Tensor] = []

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        self.pictures.append(images.detach().clone())
        rest = torch.full_like(images, -1.0)
        return torch.cat([torch.full_like(images, 0.35), images.float(), rest, rest], dim=1)


def check(volume: Volume, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = Bright()
    monkeypatch.setattr(segmenter, "load_network", lambda _: network)
    marked = segmenter.segment(volume, version_folder(folder / "model"), device="cpu").labels
    assert set(np.unique(marked)) == {0, 1}
    assert_model_saw_the_left_on_the_right(network, volume)
    parts = np.zeros_like(marked)
    index = np.argwhere(marked)
    points = volume.geometry.index_to_lps(index)
    centers = np.array([blob[:3] for blob in BLOBS.values()])
    distances = np.linalg.norm(points[:, None] - centers, axis=2)
    assert distances.min(axis=1).max() < 15  # nothing is marked anywhere else
    parts[tuple(index.T)] = distances.argmin(axis=1) + 1
    write_labels(folder / "out.nii.gz", parts, volume)
    write_labels(folder / "out.nrrd", parts, volume)
    for labels, affine_kji in (read_with_nibabel(folder / "out.nii.gz"), read_with_sitk(folder / "out.nrrd")):
        for value, center in enumerate(centers, 1):
            found = affine_kji[:3, :3] @ np.argwhere(labels == value).mean(axis=0) + affine_kji[:3, 3]
            np.testing.assert_allclose(found, center, atol=3.0)  # some ten voxels of 2 to 3 mm


def assert_model_saw_the_left_on_the_right(network: Bright, volume: Volume) -> None:
    """The picture with most of the left blob has it in its right half, and the one of the front blob in its upper."""
    pictures = torch.cat(network.pictures)[-volume.hu.shape[0] :, 0].numpy()
    for name, axis in (("left", 1), ("front", 0)):
        k = round(float(volume.geometry.lps_to_index(np.array([BLOBS[name][:3]]))[0][0]))
        row_column = np.unravel_index(pictures[k].argmax(), pictures[k].shape)
        assert (row_column[axis] > pictures[k].shape[axis] / 2) == (name == "left")


@pytest.mark.parametrize(
    ("axes", "flips"),
    [*(((2, 1, 0), flips) for flips in product((1, -1), repeat=3)), *((a, (1, -1, 1)) for a in permutations(range(3)))],
)
def test_volume_files(axes: tuple[int, ...], flips: tuple[int, ...], tmp_path: Path, monkeypatch) -> None:
    affine, shape = source_affine(axes, flips)
    path = write_image(tmp_path, "nifti", affine, array_on_affine(affine, shape))
    check(load(open_path(path)[1]), tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("row", "column"),
    [((1, 0, 0), (0, 1, 0)), ((-1, 0, 0), (0, 1, 0)), ((-1, 0, 0), (0, -1, 0)), ((1, 0, 0), (0, -1, 0))],
)
def test_dicom(row: tuple[int, ...], column: tuple[int, ...], tmp_path: Path, monkeypatch) -> None:
    write_series(tmp_path / "scan", Grid(row=row, column=column, slice_mm=4.0, shape=(32, 70, 56)))
    check(load(open_path(tmp_path / "scan")[1]), tmp_path, monkeypatch)
