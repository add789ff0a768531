"""Opening a study: what is there, which series is meant, its volume."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ctviewer.domain.errors import Answer, CTViewerError, NoImagesError, UndecidedSeriesError
from ctviewer.domain.progress import CancelToken, ProgressCallback, ignore_progress
from ctviewer.domain.study import Mark, SeriesRef, StudyIndex
from ctviewer.domain.volume import Volume
from ctviewer.io.index import index_path
from ctviewer.io.load import load_preview, load_volume
from ctviewer.io.sandbox.pool import decode_pool


def open_path(
    path: Path,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
    more: Sequence[Path] = (),
) -> tuple[StudyIndex, SeriesRef]:
    """Index a path (and ``more``) and choose the series to show first: the likely chest CT.

    Raises
    ------
    NoImagesError, UnreadableFileError
        If nothing there can be opened.
    """
    index = index_path(path, progress, cancel, more)
    chosen = index.preselected
    if chosen is None:
        raise NoImagesError(path)
    return index, chosen


def load(series: SeriesRef, progress: ProgressCallback = ignore_progress, cancel: CancelToken | None = None) -> Volume:
    """Decode a series to a volume; see `ctviewer.io.load.load_volume`."""
    return load_volume(series, progress, cancel)


def find_series(path: Path, series_key: str) -> SeriesRef:
    """A series known by its key, looked for where it was when it was annotated.

    Raises
    ------
    NoImagesError
        If the scan has moved or is no longer the same.
    """
    moved = "Bring the scan back to this place, or leave the case out."
    if not path.exists():
        raise NoImagesError(path, "the annotated scan is no longer there", moved)
    series = _with_key(index_path(path), series_key)
    if series is not None:
        return series
    raise NoImagesError(path, "the annotated scan is no longer among the images there", moved)


def open_known(
    path: Path, series_key: str, progress: ProgressCallback = ignore_progress, cancel: CancelToken | None = None
) -> tuple[StudyIndex, SeriesRef]:
    """Index a path and choose a series known by its key.

    Raises
    ------
    NoImagesError
        If the scan has moved or is no longer the same; the annotations are kept whatever happens to it.
    """
    kept = "Its annotations are kept. Choose “Locate…” in the study list to say where it is now."
    if not path.exists():
        raise NoImagesError(path, "the scan is no longer there", kept)
    index = index_path(path, progress, cancel)
    series = _with_key(index, series_key)
    if series is not None:
        return index, series
    raise NoImagesError(path, "the scan is no longer among the images there", kept)


def _with_key(index: StudyIndex, series_key: str) -> SeriesRef | None:
    """The series with a key; also one that arises only by what was chosen for files that contradict themselves."""
    for series in index.series:
        if series.series_key == series_key:
            return series
    for series in index.series:
        for answer in _answers(series):
            if answer.series.series_key == series_key:
                return answer.series
    return None


def _answers(series: SeriesRef) -> tuple[Answer, ...]:
    """What a person could have chosen for a series that contradicts itself."""
    if not {Mark.UNDECIDED, Mark.REPEATS} & set(series.marks):
        return ()
    try:
        load_volume(series)
    except UndecidedSeriesError as error:
        return error.answers
    except CTViewerError:
        return ()
    return ()


def preview(series: SeriesRef) -> Volume | None:
    """The middle slice of a DICOM series as a volume of one slice, for a first look while the rest is loading.

    None for other formats; they have to be read from the start.
    """
    return load_preview(series)


def preview_or_none(series: SeriesRef) -> Volume | None:
    """Like `preview`; None also where that slice cannot be read, since loading the series is about to say so."""
    try:
        return load_preview(series)
    except CTViewerError:
        return None


def warm_up() -> None:
    """Start a decoding process, so that the first compressed study does not wait for it; returns at once."""
    decode_pool().warm_up()
