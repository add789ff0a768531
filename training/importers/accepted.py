"""The accepted cases of the program's own annotation store."""

from __future__ import annotations

from pathlib import Path

from ctviewer.domain.errors import CTViewerError, TrainingError
from ctviewer.domain.revision import RevisionStatus
from ctviewer.domain.training_parts import TrainingCase
from ctviewer.io.index import index_path
from ctviewer.store.annotation_store import AnnotationStore
from training.importers.labels import warn, write_case


def import_accepted(store_path: Path, out: Path) -> list[TrainingCase]:
    """Cases of all accepted revisions, with their reviewed and corrected slices.

    Raises
    ------
    TrainingError
        If there is no store or nothing was accepted.
    """
    if not store_path.exists():
        raise TrainingError(f"There is no annotation store at {store_path}.", "Give --store, or CTVIEWER_DATA_DIR.")
    cases = []
    with AnnotationStore(store_path, daily_backup=False) as store:
        for revision in store.revisions.select(status=RevisionStatus.ACCEPTED):
            try:
                index = index_path(Path(revision.source_path))
            except (CTViewerError, OSError) as error:
                warn(f"{revision.revision_id[:12]} is left out. {error}")
                continue
            found = [series for series in index.series if series.series_key == revision.series_key]
            if not found:
                warn(f"{revision.revision_id[:12]} is left out: its scan is no longer at {revision.source_path}.")
                continue
            paths = [str(path.resolve()) for path in found[0].paths]
            case = write_case(
                revision.revision_id,
                paths if len(paths) > 1 else paths[0],
                store.revisions.load_labels(revision.revision_id),
                out,
                revision.patient_key,
                reviewed_slices=list(revision.reviewed_slices) or None,
                corrected_slices=list(store.revisions.corrected_slices(revision.revision_id)),
                revision_id=revision.revision_id,
                labels_sha256=revision.labels_sha256,
            )
            cases.append(case)
    if not cases:
        raise TrainingError("No accepted case can be used.", "Correct a mask and accept it in the window first.")
    return cases
