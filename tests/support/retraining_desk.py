"""A reader's desk for retraining: two accepted synthetic scans in a real store, and a tiny model in a real registry."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ctviewer.domain.edits.history import EditHistory
from ctviewer.domain.edits.mask_edit import edit_between
from ctviewer.domain.labelmap import LabelMap
from ctviewer.domain.revision import RevisionInfo, RevisionStatus
from ctviewer.io.dicom_writer import SeriesHeader, write_ct_series
from ctviewer.io.phantom import PhantomGrid
from ctviewer.services.study_loading import open_path
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.holdout import HoldoutLedger
from ctviewer.store.model_registry import ModelRegistry
from tests.support.synthetic import TINY, phantom
from tests.support.version_folders import tiny_segmentation_version

Desk = tuple[AnnotationStore, HoldoutLedger, ModelRegistry, Path]

PATIENTS = ("SYNTHETIC-A", "SYNTHETIC-B")


def write_scan(folder: Path, patient: str, grid: PhantomGrid = TINY) -> Path:
    folder.mkdir(parents=True)
    thorax = phantom(grid)
    header = SeriesHeader(uid_seed=patient, patient_id=patient, patient_name=patient.replace("-", "^"))
    write_ct_series(folder, thorax.hu, thorax.geometry, header)
    return folder


def accept_phantom_labels(store: AnnotationStore, scan: Path, grid: PhantomGrid = TINY) -> RevisionInfo:
    _, series = open_path(scan)
    thorax = phantom(grid)
    store.open_document(series.series_key, series.patient_key, series.shape, series.label, str(scan))
    labelmap = LabelMap(thorax.geometry)
    history = EditHistory(labelmap)
    history.apply(edit_between(labelmap.view(), thorax.labels))
    store.append_commit(series.series_key, history.commit("Draw everything"), "brush")
    store.mark_reviewed(series.series_key, range(series.shape[0]))
    return store.revisions.save(series.series_key, labelmap.view(), RevisionStatus.ACCEPTED)


@contextmanager
def retraining_desk(tmp_path: Path) -> Iterator[Desk]:
    """A store with an accepted scan of each of two patients, and a registry with one tiny bundled model."""
    tiny_segmentation_version(tmp_path / "bundled" / "chest" / "1.0.0", version="1.0.0")
    registry = ModelRegistry(tmp_path / "bundled", tmp_path / "models")
    with AnnotationStore(tmp_path / "store.sqlite3", author="reader") as store:
        for patient in PATIENTS:
            accept_phantom_labels(store, write_scan(tmp_path / "scans" / patient, patient))
        yield store, HoldoutLedger(tmp_path / "holdout.json"), registry, tmp_path
