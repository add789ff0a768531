"""The kept mask of a scan without a window: reading it, and putting a mask file into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.edits.history import IMPORT_TOOL, Commit
from ctviewer.domain.errors import CTViewerError, StoreError, StoreReadOnlyError
from ctviewer.domain.found_structure import FoundStructure, import_edit, targets
from ctviewer.domain.labelmap import LabelMap
from ctviewer.domain.planes import Plane
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.domain.segment import CHEST_SEGMENTS, Segment
from ctviewer.domain.volume import Volume
from ctviewer.services.importing import read_mask
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.database import RESTORE_HINT
from ctviewer.store.document_state import DocumentState


@dataclass(frozen=True, eq=False, slots=True)
class StoredMask:
    """A mask with its label table, and the model that took part in it."""

    labels: LabelArray
    segments: tuple[Segment, ...]
    model: ModelIdentity | None


def stored_mask(store: AnnotationStore, volume: Volume) -> StoredMask:
    """The mask of a scan as it was left.

    Raises
    ------
    StoreError
        If nothing was ever drawn on this scan.
    """
    found = stored_mask_or_none(store, volume)
    if found is None:
        raise StoreError(
            f"There is no mask of “{volume.series.label}” among the annotations.", "Segment it, or name a mask file."
        )
    return found


def stored_mask_or_none(store: AnnotationStore, volume: Volume) -> StoredMask | None:
    """The mask of a scan as it was left; None if nothing was ever drawn on it.

    Raises
    ------
    StoreError
        If the annotations cannot be read, or only a part of the mask can: a copy would pass it on as the whole.
    """
    state = _open(store, volume)
    if state.problems:
        raise StoreError(f"The mask of “{volume.series.label}” is damaged: {state.problems[0]}", RESTORE_HINT)
    if state.labels is None:
        return None
    made = [g for g in store.gestures(volume.series.series_key) if g.is_live and g.model_id]
    model = ModelIdentity(made[-1].model_id, made[-1].model_version, "") if made else None
    return StoredMask(state.labels, state.segments or CHEST_SEGMENTS, model)


def import_into_store(
    store: AnnotationStore,
    volume: Volume,
    path: Path,
    renamed: Mapping[str, str] | None = None,
    *,
    everything: bool = False,
) -> list[tuple[str, Segment, int]]:
    """Make structures of a mask file part of the kept mask, as one step that can be undone in the window.

    Parameters
    ----------
    path
        See `ctviewer.services.importing.read_mask`.
    renamed
        Names in the file, and the names of the segments they become.
    everything
        Also take structures that are no known segment; each becomes a new one.

    Returns
    -------
    list of (name in the file, segment, voxels)
        What was taken.

    Raises
    ------
    CTViewerError
        If the file does not fit the scan, nothing in it is known, or the store is read-only.
    """
    if store.read_only:
        raise StoreReadOnlyError(store.read_only_reason, "Nothing was imported; close the other window first.")
    state = _open(store, volume)
    known = state.segments or CHEST_SEGMENTS
    found = [s for s in read_mask(path, volume, known).structures if s.region is not None]
    chosen = _chosen(found, known, renamed or {}, everything=everything)
    if not any(chosen):
        names = ", ".join(s.name for s in found) or "nothing"
        raise CTViewerError(
            f"{path.name} holds {names}: none of these is a segment of the mask.",
            'Say what they become, as in --as "Lt Lung=Left lung", or take all with --all.',
        )
    key = volume.series.series_key
    new = [segment for segment in chosen if segment is not None and segment not in known]
    edit = import_edit(LabelMap(volume.geometry, state.labels).view(), found, chosen, frozenset())
    if edit is not None:
        if new:
            store.keep_segments(key, (*known, *new), state.retired_segments)
        store.append_commit(key, Commit(f"Import {path.name}", edit, IMPORT_TOOL), IMPORT_TOOL)
        axial = edit.bbox[Plane.AXIAL.normal_axis]
        store.mark_reviewed(key, range(axial.start, axial.stop), reviewed=False)
        store.wait_durable()
    return [
        (structure.name, segment, int(np.count_nonzero(structure.region.mask)) if structure.region is not None else 0)
        for structure, segment in zip(found, chosen, strict=True)
        if segment is not None
    ]


def _chosen(
    found: Sequence[FoundStructure], known: Sequence[Segment], renamed: Mapping[str, str], *, everything: bool
) -> list[Segment | None]:
    missing = set(renamed) - {structure.name for structure in found}
    if missing:
        raise CTViewerError(
            f"The file holds no structure “{min(missing)}”.",
            f"It holds: {', '.join(s.name for s in found) or 'nothing'}.",
        )
    names = [_with_name(s, renamed[s.name]) if s.name in renamed else s for s in found]
    suggested = targets(names, known)
    return [
        segment if everything or segment in known or structure.name in renamed else None
        for structure, segment in zip(found, suggested, strict=True)
    ]


def _with_name(structure: FoundStructure, name: str) -> FoundStructure:
    """Named by the user: what the file says about code and side does not count any more."""
    return FoundStructure(name, structure.region, 0, structure.color)


def _open(store: AnnotationStore, volume: Volume) -> DocumentState:
    series = volume.series
    return store.open_document(
        series.series_key, series.patient_key, volume.hu.shape, series.label, str(series.paths[0].parent)
    )
