"""Synthetic scans for the training benchmark, as compressed NIfTI files and as prepared studies."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import SimpleITK

from ctviewer.domain.manifest_parts import InputSpec
from ctviewer.domain.training_parts import TrainingCase
from tests.training.ellipsoids import chest
from training.cases import read_case
from training.studies import PreparedLibrary, Study, make_study, prepare

SPEC = InputSpec(128, -1024.0, 400.0, "body", 10.0)
STUDIES, DEPTH, SIZE = 12, 100, 256


class OpeningLibrary:
    """Opens and prepares the scan at every read, as a trainer without prepared studies does."""

    def __init__(self, cases: list[TrainingCase]) -> None:
        self._cases = cases

    def __len__(self) -> int:
        return len(self._cases)

    def read(self, index: int) -> Study:
        return make_study(read_case(self._cases[index], Path()), self._cases[index], SPEC)


def scan_files(folder: Path) -> list[tuple[Path, Path]]:
    """Scan and labels of every case."""
    return [(folder / f"{n}.nii.gz", folder / f"{n}-labels.nii.gz") for n in range(STUDIES)]


def cases_of(folder: Path) -> list[TrainingCase]:
    """The scans as cases of as many patients."""
    files = scan_files(folder)
    return [TrainingCase(f"case-{n}", f"patient-{n}", str(s), str(m)) for n, (s, m) in enumerate(files)]


def write_scans(folder: Path) -> None:
    """Write the scans and prepare them, unless both was done before."""
    for number, (scan, mask) in enumerate(scan_files(folder)):
        if not mask.exists():
            hu, labels, affine = chest(number, DEPTH, SIZE)
            spacing = [float(affine[axis, axis]) * 48 / SIZE for axis in (1, 1)] + [3.0]
            for array, path in ((hu, scan), (labels, mask)):
                image = SimpleITK.GetImageFromArray(array)
                image.SetSpacing(spacing)
                SimpleITK.WriteImage(image, str(path), useCompression=True)
    prepared_library(folder)


def prepared_library(folder: Path) -> PreparedLibrary:
    """The prepared studies."""
    prepared = folder / "prepared"
    prepared.mkdir(exist_ok=True)
    return PreparedLibrary(prepared, [prepare(case, SPEC, prepared) for case in cases_of(folder)])


def study_bytes() -> int:
    """Memory of a prepared study."""
    return DEPTH * SPEC.size_px**2 * (np.dtype(np.float16).itemsize + 1)
