"""What lies under a path: patients, studies and series, from headers only."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from ctviewer.domain.errors import CTViewerError, NoImagesError, UnreadableFileError, shown
from ctviewer.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from ctviewer.domain.study import Mark, RejectedFile, SeriesRef, SourceFormat, StudyIndex
from ctviewer.io.archive import is_archive, unpack
from ctviewer.io.decoding import dicomdir_files, expand_frames
from ctviewer.io.dicom_group import group_series
from ctviewer.io.dicom_instance import Instance
from ctviewer.io.dicom_walk import HeaderError
from ctviewer.io.dicomdir import is_dicomdir
from ctviewer.io.folders import OnSkipped, open_reason, walk_files
from ctviewer.io.header_cache import headers
from ctviewer.io.image_volume import check_header, read_volume_header
from ctviewer.io.scan_files import FoundFile, examine, what_it_is
from ctviewer.io.series_ref import dicom_series_ref, volume_series_ref
from ctviewer.io.volume_file import FormatError

CHOOSE_HINT = "Choose a DICOM folder or a NIfTI, NRRD, MHA or MHD file with a CT scan."
TRUNCATED = "it is truncated"

_CHEST = re.compile(r"chest|thora|lung|pulmo|bronch|hrct|ctpa|brust|torax|груд|л[её]гк|胸|肺", re.IGNORECASE)
_ELSEWHERE = re.compile(r"head|brain|skull|neck|spine|knee|hip|foot|hand|pelvis|sinus|kopf|hals|colon", re.IGNORECASE)
_MASK = re.compile(r"mask|label|seg(?![a-z]*ment of)|annot|struct|roi", re.IGNORECASE)


def index_path(
    path: Path,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
    more: Sequence[Path] = (),
) -> StudyIndex:
    """Everything that can be opened under a path, likely chest CT first.

    Parameters
    ----------
    path
        Folder (searched through), DICOM file, volume file, ZIP archive or DICOMDIR.
    more
        Others that were dropped together with it.

    Raises
    ------
    NoImagesError
        If nothing there can be opened; says why.
    OperationCancelled
        If ``cancel`` was raised.
    """
    # Links must not be resolved: names are shown to the user.
    path, *others = (Path(os.path.abspath(p)) for p in (path, *more))  # noqa: PTH100
    headers.clear()
    instances: list[Instance] = []
    volumes: list[FoundFile] = []
    rejected: list[RejectedFile] = []

    def skip(place: Path, reason: str) -> None:
        rejected.append(RejectedFile(place, reason))

    files = list(dict.fromkeys(file for place in (path, *others) for file in _files(place, skip, progress, cancel)))
    for number, file in enumerate(files):
        if cancel is not None:
            cancel.raise_if_cancelled()
        if number % 50 == 0:
            progress(Progress(number, len(files), "Reading headers"))
        found = examine(file)
        if found.instance is not None:
            instances.append(found.instance)
        elif found.volume is not None:
            volumes.append(found)
        elif found.reason:
            rejected.append(RejectedFile(file, found.reason, found.is_surprising))
    series = [_with_damage_noted(s, rejected) for s in _dicom_series(instances, rejected)]
    series += _volume_series(volumes, rejected)
    if not series:
        raise _nothing_found(path, files, rejected)
    series.sort(key=_likely_chest_first)
    progress(Progress(len(files), len(files), "Reading headers"))
    return StudyIndex(_common_folder(path, others), tuple(series), tuple(rejected))


def _common_folder(path: Path, others: Sequence[Path]) -> Path:
    """The path itself, or the folder that holds everything that was dropped."""
    try:
        return Path(os.path.commonpath([path, *others]))
    except ValueError:  # on different drives
        return path


def _files(path: Path, on_skipped: OnSkipped, progress: ProgressCallback, cancel: CancelToken | None) -> Iterable[Path]:
    """Files to look into for a chosen path."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        raise NoImagesError(path, "it does not exist") from error
    except (OSError, ValueError) as error:
        reason = open_reason(error) if isinstance(error, OSError) else "it is no name of a file"
        raise NoImagesError(path, reason) from error
    if stat.S_ISDIR(mode):
        if not os.access(path, os.R_OK | os.X_OK):
            raise NoImagesError(path, "you have no permission to read this folder", "Ask for the right to read it.")
        return walk_files(path, on_skipped)
    if not stat.S_ISREG(mode):  # opening a pipe would wait for its other end for ever
        raise NoImagesError(path, "it is neither a file nor a folder")
    if is_archive(path):
        return walk_files(unpack(path, progress, cancel), on_skipped)
    if is_dicomdir(path):
        return dicomdir_files(path, on_skipped)
    return [path]


def _dicom_series(instances: list[Instance], rejected: list[RejectedFile]) -> list[SeriesRef]:
    frames: list[Instance] = []
    for instance in instances:
        if instance.frame_count == 1 and instance.position is not None:
            frames.append(instance)
            continue
        try:
            frames += expand_frames(instance)
        except HeaderError as error:
            rejected.append(RejectedFile(instance.path, str(error)))
    return [dicom_series_ref(part) for part in group_series(frames)]


def _with_damage_noted(series: SeriesRef, rejected: list[RejectedFile]) -> SeriesRef:
    """A slice lost at the end of a stack leaves no gap, so damaged neighbours are mentioned."""
    folders = {path.parent for path in series.paths}
    damaged = [shown(item.path.name) for item in rejected if item.path.parent in folders and TRUNCATED in item.reason]
    if not damaged:
        return series
    listed = ", ".join(damaged[:3]) + (" …" if len(damaged) > 3 else "")
    files = (
        "file of this folder is truncated and was"
        if len(damaged) == 1
        else "files of this folder are truncated and were"
    )
    note = f"{len(damaged)} {files} left out ({listed})."
    return replace(series, notes=(*series.notes, note), marks=(*series.marks, Mark.DAMAGED))


def _volume_series(volumes: list[FoundFile], rejected: list[RejectedFile]) -> list[SeriesRef]:
    series = []
    for found in volumes:
        try:
            header = read_volume_header(found.path, found.volume or SourceFormat.NIFTI)
            check_header(header)
            series.append(volume_series_ref(header))
        except FormatError as error:
            rejected.append(RejectedFile(found.path, f"{error}. {error.hint}".rstrip(". ")))
        except OSError as error:
            rejected.append(RejectedFile(found.path, open_reason(error)))
        except CTViewerError as error:
            rejected.append(RejectedFile(found.path, error.message.rstrip(".")))
    return series


def _nothing_found(path: Path, files: list[Path], listed: list[RejectedFile]) -> CTViewerError:
    rejected = [item for item in listed if item.is_surprising]
    if path.is_file() and rejected:
        return UnreadableFileError(path, rejected[0].reason, "" if ". " in rejected[0].reason else CHOOSE_HINT)
    if files == [path]:
        with path.open("rb") as file:
            kind = what_it_is(file.read(512))
        if not kind and listed:
            return UnreadableFileError(path, listed[0].reason)
        return NoImagesError(path, f"it is {kind}, not a CT image" if kind else "it is not an image this program knows")
    if not files and not rejected:
        return NoImagesError(path, "the archive is empty" if path.is_file() else "the folder is empty")
    if rejected:
        more = f" ({len(rejected)} files could not be used)" if len(rejected) > 1 else ""
        first = rejected[0]
        return NoImagesError(path, f"no usable image; {first.path.name} cannot be read: {first.reason}{more}")
    return NoImagesError(path)


def _likely_chest_first(series: SeriesRef) -> tuple[object, ...]:
    """Sort key: what the models can use, then what looks like a chest, then how much of it there is."""
    words = " ".join((series.body_part, series.series_description, series.study_description))
    name = series.paths[0].name
    coverage_mm = series.shape[0] * series.spacing_mm[0]
    chest = bool(_CHEST.search(words)) - bool(_ELSEWHERE.search(words) and not _CHEST.search(words))
    is_mask = series.format is not SourceFormat.DICOM and bool(_MASK.search(name))
    return (
        bool(series.ai_exclusion),
        is_mask,
        series.format is not SourceFormat.DICOM,
        -chest,
        coverage_mm < 100,
        -series.shape[0],
        series.series_number.zfill(6),
        str(series.paths[0]),
    )
