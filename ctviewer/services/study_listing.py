"""The study list: what is known, how far each case has come, what appeared in watched folders, what has moved."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ctviewer.domain.errors import CTViewerError, NoImagesError
from ctviewer.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from ctviewer.domain.study import SeriesRef, StudyIndex
from ctviewer.domain.study_row import CaseStatus, StudyRow
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.model_registry import ModelRegistry
from ctviewer.store.study_index import KnownStudies

MOST_SEARCHED = 20_000
"""Folders looked into when a watched folder is read; beyond that it is not a study list but a disk."""


def list_rows(known: KnownStudies, store: AnnotationStore | None, registry: ModelRegistry | None) -> list[StudyRow]:
    """Every known series with its status; series that were annotated before the list existed are at the end."""
    states = {state.series_key: state for state in store.case_states()} if store is not None else {}
    outlooks = store.outlooks() if states and store is not None else {}
    trained = _trained_revisions(registry) if states and registry is not None else frozenset()
    rows = []
    for row in known.rows():
        state = states.pop(row.series_key, None)
        if state is not None:
            row = replace(
                row,
                status=CaseStatus.TRAINED if state.accepted_revision in trained else state.status,
                annotator=state.annotator,
                model=state.model,
                outlook=None if state.status.is_done else outlooks.get(row.series_key),
            )
        rows.append(row)
    rows += [
        StudyRow(
            series_key=state.series_key,
            patient_key=state.patient_key,
            series_label=state.series_label,
            slices=state.slices,
            source_path=state.source_path,
            status=CaseStatus.TRAINED if state.accepted_revision in trained else state.status,
            annotator=state.annotator,
            model=state.model,
            added_at=state.changed_at,
            opened_at=state.changed_at,
            outlook=None if state.status.is_done else outlooks.get(state.series_key),
        )
        for state in states.values()
    ]
    return rows


def missing_sources(rows: list[StudyRow], cancel: CancelToken | None = None) -> frozenset[str]:
    """Keys of the series whose files no longer lie where they were opened from."""
    exists: dict[str, bool] = {}
    for row in rows:
        if cancel is not None:
            cancel.raise_if_cancelled()
        if row.source_path not in exists:
            exists[row.source_path] = bool(row.source_path) and Path(row.source_path).exists()
    return frozenset(row.series_key for row in rows if not exists[row.source_path])


def record(known: KnownStudies, index: StudyIndex) -> list[str]:
    """Take what was found under a path into the list; returns the keys of the series that are new."""
    return known.add((series, source_of(series, index.root)) for series in index.series)


def source_of(series: SeriesRef, root: Path) -> Path:
    """The folder or file from which a series can be opened again.

    The smallest folder that holds all of its files, so that a series found under a large folder is found again without
    searching all of that; an archive stands for what was unpacked from it.
    """
    if root.is_file():
        return root
    if len(series.paths) == 1:
        return series.paths[0]
    return Path(os.path.commonpath([path.parent for path in series.paths]))


def locate(
    known: KnownStudies,
    series_key: str,
    path: Path,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> SeriesRef:
    """Look for a series that has moved; everything found there is taken into the list.

    Raises
    ------
    NoImagesError
        If the series is not there. Nothing is changed then.
    """
    from ctviewer.io.index import index_path  # the readers of all formats take long to load

    index = index_path(path, progress, cancel)
    for series in index.series:
        if series.series_key == series_key:
            record(known, index)
            return series
    raise NoImagesError(
        path, "the series is not among the images there", "Choose the folder into which its files were moved."
    )


@dataclass(frozen=True, slots=True)
class FolderNews:
    """What a look into a watched folder brought.

    Parameters
    ----------
    added
        Keys of series that were not known before.
    settling
        Signatures of what changed since the look before, so it may still be being copied; it is read at the next look.
    problem
        Sentence; empty if the folder could be read.
    """

    added: tuple[str, ...] = ()
    settling: tuple[tuple[str, str], ...] = ()
    problem: str = ""


def look_for_news(
    known: KnownStudies,
    folder: Path,
    settling: tuple[tuple[str, str], ...] = (),
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> FolderNews:
    """Read what is new in a watched folder, and has not changed since the last look.

    Parameters
    ----------
    settling
        `FolderNews.settling` of the look before.
    """
    from ctviewer.io.index import index_path

    if not folder.is_dir():
        return FolderNews(problem=f"The watched folder {folder} cannot be reached.")
    seen, before = known.seen(folder), dict(settling)
    now = dict(_signatures(folder))
    news = {path: signature for path, signature in now.items() if seen.get(path) != signature}
    settled = {path: signature for path, signature in news.items() if before.get(path) == signature}
    added: list[str] = []
    for number, path in enumerate(settled):
        if cancel is not None:
            cancel.raise_if_cancelled()
        progress(Progress(number, len(settled), "Reading new studies"))
        try:
            added += record(known, index_path(Path(path), cancel=cancel))
        except CTViewerError:
            continue  # not an image; it is not read again until it changes
    known.set_seen(folder, settled)
    return FolderNews(tuple(added), tuple((p, s) for p, s in news.items() if p not in settled))


def _signatures(folder: Path) -> Iterator[tuple[str, str]]:
    """Every folder with files below a folder, and every file in it itself, with what changes when its content does."""
    waiting, searched = [folder], 0
    while waiting and searched < MOST_SEARCHED:
        current = waiting.pop()
        searched += 1
        count, size, newest = 0, 0, 0
        try:
            with os.scandir(current) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(Path(entry.path))
                        continue
                    info = entry.stat()
                    if current == folder:
                        yield entry.path, f"1 {info.st_size} {info.st_mtime_ns}"
                        continue
                    count, size, newest = count + 1, size + info.st_size, max(newest, info.st_mtime_ns)
        except OSError:
            continue  # gone, or no right to read it: it is looked at again next time
        if count:
            yield str(current), f"{count} {size} {newest}"


def _trained_revisions(registry: ModelRegistry) -> frozenset[str]:
    """Revisions from which an installed model has learned."""
    versions = [version for kind in ("segmentation", "classification") for version in registry.versions(kind)]
    return frozenset(str(a["revision_id"]) for version in versions for a in version.manifest.annotations)
