"""A study for other people's eyes: a copy of its CT series and the mask without anything that names the patient."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ctviewer.config.atomic import check_free_space, flush_folder, remove_leftovers, write_error
from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.errors import ExportRefusedError, StoreError
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from ctviewer.domain.pseudonym import Dates, Pseudonyms
from ctviewer.domain.segment import CHEST_SEGMENTS, Segment
from ctviewer.domain.study import SeriesRef, SourceFormat
from ctviewer.domain.volume import Volume
from ctviewer.io.deidentify import PADDING_HU, read_technique, slice_dataset, write_slice
from ctviewer.io.dicom_seg import AlgorithmType, write_dicom_seg
from ctviewer.io.mask_images import write_image, write_labels
from ctviewer.io.source_headers import identifiers
from ctviewer.services.study_loading import load, open_path

SEGMENTATION = "segmentation.dcm"
_PARTIAL = ".partial-"
SHORTEST_WORD, SHORTEST_NUMBER = 5, 8
"""Shorter words occur by chance in pictures, shorter numbers in UIDs."""

HEADER_BYTES = 2**14
"""The header of a copied slice is far shorter; UIDs are not looked for in its pixels."""

_OWN_WORDS = frozenset({"chest", "thorax", "heart", "breast", "abdomen", "pelvis", "trachea", "right", "segmentation"})
"""Words that the copy holds anyway, whatever the patient is called."""


@dataclass(frozen=True, slots=True)
class DeidentifiedStudy:
    """What was written.

    Parameters
    ----------
    folder
        Where it lies; its name is the pseudonym.
    series
        Number of series in it.
    has_mask
        Whether a segmentation is in it.
    notes
        Sentences for the user: what was left out and why.
    """

    folder: Path
    series: int
    has_mask: bool
    notes: tuple[str, ...] = ()


def export_deidentified(
    directory: Path,
    volume: Volume,
    secret: bytes,
    labels: LabelArray | None = None,
    segments: Sequence[Segment] = CHEST_SEGMENTS,
    model: ModelIdentity | None = None,
    others: Sequence[SeriesRef] = (),
    dates: Dates = Dates.REMOVED,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> DeidentifiedStudy:
    """Write a study without identifiers into a new folder, read it back, compare it, and search it for identifiers.

    A DICOM series becomes CT images with new UIDs; every file is made from an allow-list (`ctviewer.io.deidentify`). A
    scan in another format becomes NIfTI. Names of segments that were typed by hand give way to what their code means.

    Parameters
    ----------
    directory
        Existing folder; the study gets a folder in it, named by the pseudonym.
    volume
        The scan that is open.
    secret
        Key of the pseudonyms; see `ctviewer.config.secret`.
    labels
        Its mask, shape of the volume; None for none.
    model
        Model that took part in the mask, if any.
    others
        More series of the same study.
    dates
        Whether dates are removed or shifted.

    Raises
    ------
    ExportRefusedError
        If the scan must not leave (text burned into the pictures), or an identifier was found in what was written.
    StoreError
        If it cannot be written; nothing is left under its name then.
    """
    names = Pseudonyms(secret)
    patient = volume.series.patient.patient_id or volume.series.patient_key
    folder = directory / names.patient(patient)
    if folder.exists():
        raise StoreError(f"{folder} exists already.", "Choose another folder, or remove what was exported before.")
    check_free_space(folder, volume.hu.nbytes * (1 + len(others)) + 2**20)
    partial = _new_folder(directory, folder)
    try:
        writer = _Writer(partial, names, dates, progress, cancel)
        writer.add(volume, len(others) + 1)
        for series in others:
            with contextlib.suppress(_LeftOutError):
                writer.add(load(series, cancel=cancel), len(others) + 1)
        has_mask = labels is not None and bool(labels.any())
        if labels is not None and has_mask:
            writer.add_mask(labels, volume, segments, model)
        _search(partial, [volume.series, *others])
        os.rename(partial, folder)  # noqa: PTH104 - must fail, not merge, if the name is taken meanwhile
        flush_folder(directory)
    except OSError as error:
        raise write_error(folder, error) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return DeidentifiedStudy(folder, writer.count, has_mask, tuple(writer.notes))


class _LeftOutError(ExportRefusedError):
    """A series that must not leave."""


class _Writer:
    """Fills the folder."""

    def __init__(
        self, folder: Path, names: Pseudonyms, dates: Dates, progress: ProgressCallback, cancel: CancelToken | None
    ) -> None:
        self._folder = folder
        self._names = names
        self._dates = dates
        self._progress = progress
        self._cancel = cancel
        self.count = 0
        self.notes: list[str] = []

    def add(self, volume: Volume, total: int) -> None:
        """Write a series and compare it with what was written."""
        if volume.series.format is not SourceFormat.DICOM:
            write_image(self._folder / "scan.nii.gz", _source_hu(volume), volume.source.geometry)
            self.count += 1
            return
        technique, notes, refusal = read_technique(volume)
        if refusal:
            self.notes.append(f"The series {self.count + len(self.notes) + 1} was left out: {refusal}.")
            raise _LeftOutError(f"The scan was not exported: {refusal}.", "Remove the text from the pictures first.")
        self.notes += [note for note in notes if note not in self.notes]
        if volume.source.resampled:
            self.notes.append("A tilted or irregular scan was exported as it is shown: resampled to a regular grid.")
        self.count += 1
        target = self._folder / f"ct-{self.count}"
        target.mkdir()
        hu = _source_hu(volume)
        for k in range(len(hu)):
            if self._cancel is not None:
                self._cancel.raise_if_cancelled()
            ds = slice_dataset(volume, hu[k], k, technique, self._names, self._dates)
            path = target / f"{k + 1:05}.dcm"
            write_slice(path, ds)
            self._progress(Progress(self.count - 1 + k / len(hu), total, "Writing the copy"))
        _compare(target, volume)

    def add_mask(
        self, labels: LabelArray, volume: Volume, segments: Sequence[Segment], model: ModelIdentity | None
    ) -> None:
        """Write the mask so that it refers to the copies."""
        if volume.series.format is not SourceFormat.DICOM:
            write_labels(self._folder / "mask.nii.gz", labels, volume)
            return
        copy = load(open_path(self._folder / "ct-1")[1])
        kind: AlgorithmType = "MANUAL" if model is None else "SEMIAUTOMATIC"
        write_dicom_seg(self._folder / SEGMENTATION, labels, copy, [_unnamed(s) for s in segments], model, kind)


def _source_hu(volume: Volume) -> np.ndarray:
    """HU in the file's own order, `PADDING_HU` where the scanner delivered nothing."""
    hu = np.array(volume.source.order.to_source(volume.hu))
    if volume.padding is not None:
        hu[volume.source.order.to_source(volume.padding)] = PADDING_HU
    return hu


def _compare(folder: Path, volume: Volume) -> None:
    copy = load(open_path(folder)[1])
    inside = np.ones(volume.hu.shape, np.bool_) if volume.padding is None else ~volume.padding
    same = copy.geometry.shape == volume.geometry.shape and np.array_equal(copy.hu[inside], volume.hu[inside])
    if not same or np.abs(copy.geometry.corners_lps() - volume.geometry.corners_lps()).max() > 0.01:
        raise StoreError("The copy of the scan reads back differently from what was written.", "Check the disk.")


def _unnamed(segment: Segment) -> Segment:
    """A segment without words that somebody typed."""
    if segment in CHEST_SEGMENTS:
        return segment
    meaning = segment.code.meaning if segment.code is not None else f"Segment {segment.label}"
    side = f", {segment.laterality.meaning.lower()}" if segment.laterality is not None else ""
    return Segment(
        segment.label, f"segment_{segment.label}", meaning + side, segment.color, segment.code, segment.laterality
    )


def _search(folder: Path, series: Sequence[SeriesRef]) -> None:
    """Raise if an identifier of the originals is in a byte or a name of what was written."""
    words: set[bytes] = set()
    for item in series:
        words |= {word for word in identifiers(item) if _is_telling(word)}
    numbers = {word for word in words if word.replace(b".", b"").isdigit()}
    for path in sorted(folder.rglob("*")):
        where = str(path.relative_to(folder)).encode()
        content = path.read_bytes() if path.is_file() else b""
        head = content if path.parent == folder else content[:HEADER_BYTES]
        if any(w in where or w in (head if w in numbers else content) for w in words):
            raise ExportRefusedError(
                "Nothing was exported: something that identifies the patient was found in the copy.",
                "Please report this; the study is not safe to give away.",
            )


def _is_telling(word: bytes) -> bool:
    if word.isdigit():
        return len(word) >= SHORTEST_NUMBER
    return len(word) >= SHORTEST_WORD and word.decode("latin-1").casefold() not in _OWN_WORDS


def _new_folder(directory: Path, folder: Path) -> Path:
    try:
        remove_leftovers(directory, f"{_PARTIAL}*")
        return Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=directory))
    except OSError as error:
        raise write_error(folder, error) from error
