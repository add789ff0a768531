"""Prepared studies: the network's input and labels of a case, compact, in the run's own folder.

A scan is opened, cropped and resized once; afterwards reading a study is reading two small arrays. The folder can be
deleted at any time, it is made again from the cases.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ctviewer.domain.arrays import BoolArray, HUArray, LabelArray
from ctviewer.domain.errors import TrainingError
from ctviewer.domain.manifest_parts import InputSpec
from ctviewer.domain.training_parts import TrainingCase
from ctviewer.inference.preprocess import crop_box, labels_to_input, to_input
from training.cases import LabelledScan, read_case
from training.metrics import IGNORE

_BATCH = 16
_AIR_HU = -200
_CLOSING_PX = 3


@dataclass(frozen=True, eq=False)
class Study:
    """What is held in memory of one case.

    Parameters
    ----------
    inputs
        Shape ``(N, S, S)``, float16, 0 to 1; reviewed slices only.
    labels
        Shape ``(N, S, S)``, uint8; 255 is not counted.
    corrected
        Indices of the slices that a person changed.
    """

    inputs: NDArray[np.float16]
    labels: LabelArray
    corrected: tuple[int, ...] = ()

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        return self.inputs.nbytes + self.labels.nbytes


class StudyLibrary(Protocol):
    """A numbered set of studies that are read one at a time."""

    def __len__(self) -> int: ...

    def read(self, index: int) -> Study:
        """Read a study from disk."""
        ...


class PreparedLibrary:
    """The studies of a list of cases, prepared in a folder.

    Parameters
    ----------
    folder
        Where prepared studies are kept, one folder per case and preprocessing.
    entries
        Their names, in the order of the cases.
    """

    def __init__(self, folder: Path, entries: Sequence[str]) -> None:
        self.folder = folder
        self.entries = tuple(entries)
        self._infos = [json.loads((folder / e / "study.json").read_text(encoding="utf-8")) for e in self.entries]

    def __len__(self) -> int:
        return len(self.entries)

    def read(self, index: int) -> Study:
        """Read a study into memory."""
        folder = self.folder / self.entries[index]
        return Study(np.load(folder / "inputs.npy"), np.load(folder / "labels.npy"), self.corrected(index))

    def slices(self, index: int) -> int:
        """Number of slices of a study, without reading it."""
        return int(self._infos[index]["slices"])

    def corrected(self, index: int) -> tuple[int, ...]:
        """Slices of a study that a person changed, without reading it."""
        return tuple(self._infos[index]["corrected"])

    @property
    def largest_bytes(self) -> int:
        """Memory of the largest study."""
        return max(int(info["bytes"]) for info in self._infos)

    def class_pixels(self) -> NDArray[np.int64]:
        """Number of pixels per label value over all studies, shape ``(256,)``."""
        total = np.zeros(256, np.int64)
        for info in self._infos:
            for label, count in info["pixels"].items():
                total[int(label)] += count
        return total


def prepare(case: TrainingCase, spec: InputSpec, folder: Path, root: Path = Path()) -> str:
    """Prepare a case unless that was done before with the same files and settings; returns its name in the folder.

    Raises
    ------
    TrainingError
        If the case cannot be read or has no reviewed slice.
    """
    name = f"{_plain(case.case_id)}-{_fingerprint(case, spec, root)}"
    if (folder / name / "study.json").exists():
        return name
    study = make_study(read_case(case, root), case, spec)
    part = folder / f".part-{name}"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    np.save(part / "inputs.npy", study.inputs)
    np.save(part / "labels.npy", study.labels)
    values, counts = np.unique(study.labels, return_counts=True)
    info = {
        "slices": len(study.inputs),
        "bytes": study.nbytes,
        "corrected": list(study.corrected),
        "pixels": {str(v): int(c) for v, c in zip(values, counts, strict=True)},
    }
    (part / "study.json").write_text(json.dumps(info), encoding="utf-8")
    shutil.rmtree(folder / name, ignore_errors=True)
    part.replace(folder / name)
    return name


def make_study(scan: LabelledScan, case: TrainingCase, spec: InputSpec) -> Study:
    """The reviewed slices of a scan as network input and labels."""
    depth = scan.hu.shape[0]
    chosen = list(range(depth)) if case.reviewed_slices is None else sorted(set(case.reviewed_slices))
    chosen = [k for k in chosen if 0 <= k < depth]
    if not chosen:
        raise TrainingError(
            f"The case “{case.case_id}” has no reviewed slice.", "Look through the scan and accept it again."
        )
    if spec.channels != 1:
        raise TrainingError(f"Training uses single slices; the input asks for {spec.channels} channels.")
    crop = crop_box(scan.hu, scan.geometry.spacing_mm, spec)
    size = (len(chosen), spec.size_px, spec.size_px)
    changed = set(case.corrected_slices)
    corrected = tuple(index for index, k in enumerate(chosen) if k in changed)
    study = Study(np.empty(size, np.float16), np.empty(size, np.uint8), corrected)
    for start in range(0, len(chosen), _BATCH):
        part = chosen[start : start + _BATCH]
        stop = start + len(part)
        study.inputs[start:stop] = to_input(scan.hu[part], spec, crop)[:, 0].numpy()
        labels = scan.labels[part]
        if case.trusted_labels is not None:
            labels = np.where(_untrusted(scan.hu[part], labels, case.trusted_labels), IGNORE, labels).astype(np.uint8)
        study.labels[start:stop] = labels_to_input(labels, spec, crop).numpy()
    return study


def _untrusted(hu: HUArray, labels: LabelArray, trusted: Sequence[int]) -> BoolArray:
    """Where a structure may lie whose labels are not trusted: its doubtful labels, and unlabelled air.

    Closed a little within each slice, so that vessels inside an unlabelled lung do not pass for background.
    """
    keep = np.isin(labels, trusted)
    doubtful = (~keep & (labels != 0)) | ((labels == 0) & (hu < _AIR_HU))
    disc = ndimage.generate_binary_structure(2, 1)
    closed = np.stack([ndimage.binary_closing(mask, disc, iterations=_CLOSING_PX) for mask in doubtful])
    return np.asarray((closed | doubtful) & ~keep)


def _fingerprint(case: TrainingCase, spec: InputSpec, root: Path) -> str:
    """Changes whenever the prepared study would: files, their times, review, trust and preprocessing."""
    images = [case.image] if isinstance(case.image, str) else case.image
    files = [root / path for path in (*images, case.labels)]
    stamps = [(str(f), f.stat().st_size, f.stat().st_mtime_ns) if f.exists() else str(f) for f in files]
    content: list[Any] = [stamps, case.reviewed_slices, case.trusted_labels, case.corrected_slices, spec.to_json()]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]


def _plain(case_id: str) -> str:
    return "".join(c if c.isalnum() or c in "._-" else "_" for c in case_id)[:60]
