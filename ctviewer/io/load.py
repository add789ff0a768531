"""Any series to a volume."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ctviewer.domain.errors import (
    Answer,
    CTViewerError,
    UndecidedSeriesError,
    UnreadableFileError,
    UnreadableSeriesError,
)
from ctviewer.domain.progress import CancelToken, ProgressCallback, ignore_progress
from ctviewer.domain.study import Mark, SeriesRef, SourceFormat
from ctviewer.domain.volume import Volume
from ctviewer.io.archive import restore_unpacked
from ctviewer.io.canonical import to_volume
from ctviewer.io.decoding import expand_frames, read_instance
from ctviewer.io.dicom_instance import Instance
from ctviewer.io.dicom_series import check_losses, load_stack, loss_note, unreadable_slice
from ctviewer.io.dicom_walk import HeaderError
from ctviewer.io.folders import open_reason
from ctviewer.io.image_volume import load_image, read_volume_header, unreadable
from ctviewer.io.series_ref import volume_series_ref
from ctviewer.io.volume_file import FormatError, VolumeHeader


def load_volume(
    series: SeriesRef, progress: ProgressCallback = ignore_progress, cancel: CancelToken | None = None
) -> Volume:
    """Decode a series to HU in canonical order.

    Parameters
    ----------
    series
        From `ctviewer.io.index.index_path`.

    Raises
    ------
    UnreadableFileError, UnreadableSeriesError, GeometryError
        If it cannot be turned into a volume; the message says why and names the file.
    UndecidedSeriesError
        If the files contradict themselves; its answers can be loaded instead.
    OperationCancelled
        If ``cancel`` was raised.
    """
    try:
        for path in series.paths:
            restore_unpacked(path)
        if series.format is not SourceFormat.DICOM:
            return to_volume(load_image(_header(series), progress, cancel), series)
        instances, lost = _instances(series)
        image = load_stack(instances, series, progress, cancel)
    except MemoryError as error:
        size = "×".join(str(n) for n in reversed(series.shape))
        raise UnreadableSeriesError(
            series.label, f"there is not enough memory for its {size} voxels", "Close other programs and try again."
        ) from error
    image.notes = tuple(dict.fromkeys((*image.notes, *lost, *series.notes)))
    if lost:
        image.marks |= {Mark.DAMAGED}
    return to_volume(image, series)


def load_preview(series: SeriesRef) -> Volume | None:
    """The middle slice of a DICOM series as a volume of one slice, at once; None where there is no quick way.

    Raises
    ------
    UnreadableFileError, UnreadableSeriesError, GeometryError
        As `load_volume`.
    """
    if series.format is not SourceFormat.DICOM:
        return None
    path = series.paths[len(series.paths) // 2]
    frames = series.frames[len(series.frames) // 2 :][:1]
    return load_volume(replace(series, paths=(path,), frames=frames, notes=()))


def _header(series: SeriesRef) -> VolumeHeader:
    path = series.paths[0]
    try:
        header = read_volume_header(path, series.format, series.choice)
        if header.question:
            raise UndecidedSeriesError(
                series.label,
                header.question,
                "Which one is right? Choose by a landmark: the heart lies on the left, the liver on the right.",
                [
                    Answer(text, volume_series_ref(read_volume_header(path, series.format, choice), choice))
                    for choice, text in header.answers
                ],
                (path,),
            )
        return header
    except FormatError as error:
        raise unreadable(path, error) from error
    except OSError as error:
        raise UnreadableFileError(path, open_reason(error)) from error


def _instances(series: SeriesRef) -> tuple[list[Instance], list[str]]:
    """The images of a series, and a note about those that became unreadable since it was listed."""
    found: dict[Path, list[Instance]] = {}
    lost: list[UnreadableFileError] = []
    files = tuple(dict.fromkeys(series.paths))
    for path in files:
        try:
            instance = read_instance(path)
            is_multi_frame = bool(series.frames) or instance.position is None
            found[path] = expand_frames(instance) if is_multi_frame else [instance]
        except (HeaderError, OSError) as error:
            lost.append(unreadable_slice(path, error))
            check_losses(lost, len(files))
    if series.frames:
        found = {files[0]: _frames(series, found)}
    return [instance for part in found.values() for instance in part], [loss_note(lost)] if lost else []


def _frames(series: SeriesRef, found: dict[Path, list[Instance]]) -> list[Instance]:
    """The frames of a series among all those of its files; without those of files that became unreadable."""
    paths = series.paths if len(series.paths) > 1 else series.paths * len(series.frames)
    chosen = []
    for path, number in zip(paths, series.frames, strict=True):
        if path in found and number >= len(found[path]):
            raise CTViewerError(f"{path.name} has changed since it was listed.", "Open it again.")
        chosen += found[path][number : number + 1] if path in found else []
    return chosen
