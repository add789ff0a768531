"""Status of the cases, watched folders, and series that have moved."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from ctviewer.domain.edits.history import EditHistory
from ctviewer.domain.edits.mask_edit import edit_between
from ctviewer.domain.errors import NoImagesError
from ctviewer.domain.labelmap import LabelMap
from ctviewer.domain.outlook import Outlook
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.domain.revision import RevisionStatus
from ctviewer.domain.study_row import CaseStatus
from ctviewer.services import study_listing
from ctviewer.services.study_loading import open_known, open_path
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.study_index import KnownStudies
from tests.support.retraining_desk import accept_phantom_labels, write_scan
from tests.support.volumes import volume

MODEL = ModelIdentity("chest", "1.0.0", "0" * 64, "Chest")


@pytest.fixture
def known(tmp_path):
    return KnownStudies(tmp_path / "studies.sqlite3")


class Case:
    """A series in a store, drawn step by step."""

    def __init__(self, store: AnnotationStore) -> None:
        self.store = store
        self.volume = volume()
        self.key = self.volume.series.series_key
        store.open_document(self.key, self.volume.series.patient_key, self.volume.hu.shape, "Chest", "/gone")
        self.labelmap = LabelMap(self.volume.geometry)
        self.history = EditHistory(self.labelmap)

    def draw(self, k: int, model: ModelIdentity | None = None) -> None:
        target = np.array(self.labelmap.view())
        target[k, 3:9, 3:9] = 1
        self.history.apply(edit_between(self.labelmap.view(), target))
        self.store.append_commit(self.key, self.history.commit("Draw"), "model" if model else "brush", model)

    @property
    def status(self) -> CaseStatus | None:
        states = self.store.case_states()
        return states[0].status if states else None


def test_status_follows_the_work(tmp_path):
    with AnnotationStore(tmp_path / "store.sqlite3", author="reader", daily_backup=False) as store:
        case = Case(store)
        assert case.status is None
        case.draw(2, MODEL)
        assert case.status is CaseStatus.PREDICTED
        assert store.case_states()[0].model == "chest 1.0.0"
        assert store.case_states()[0].annotator == ""
        case.draw(3)
        assert case.status is CaseStatus.IN_CORRECTION
        assert store.case_states()[0].annotator == "reader"
        store.revisions.save(case.key, case.labelmap.view())
        assert case.status is CaseStatus.IN_CORRECTION
        store.revisions.save(case.key, case.labelmap.view(), RevisionStatus.ACCEPTED)
        assert case.status is CaseStatus.ACCEPTED
        case.draw(4)
        assert case.status is CaseStatus.IN_CORRECTION
        store.set_position(case.key, 2)  # undone: what was accepted is shown again
        assert case.status is CaseStatus.ACCEPTED


def test_rows_join_both_stores_and_name_what_models_learned_from(tmp_path, known):
    scan = write_scan(tmp_path / "scans" / "a", "SYNTHETIC-A")
    with AnnotationStore(tmp_path / "store.sqlite3", author="reader", daily_backup=False) as store:
        info = accept_phantom_labels(store, scan)
        Case(store).draw(1)
        index, _ = open_path(scan)
        study_listing.record(known, index)
        accepted, unlisted = study_listing.list_rows(known, store, None)
        assert accepted.status is CaseStatus.ACCEPTED
        assert accepted.patient_id == "SYNTHETIC-A"
        assert unlisted.series_label == "Chest"  # annotated before it was on the list
        assert unlisted.status is CaseStatus.IN_CORRECTION
        assert unlisted.outlook is None
        store.keep_doubt(unlisted.series_key, [2.0] * 12, 5.0)
        for row in study_listing.list_rows(known, store, None):
            assert row.outlook == (Outlook(12.0) if row.series_key == unlisted.series_key else None)
        assert study_listing.missing_sources([accepted, unlisted]) == {unlisted.series_key}

        class Registry:
            def versions(self, kind):
                class Manifest:
                    annotations = ({"revision_id": info.revision_id, "labels_sha256": info.labels_sha256},)

                class Version:
                    manifest = Manifest

                return [Version] if kind == "segmentation" else []

        assert study_listing.list_rows(known, store, Registry())[0].status is CaseStatus.TRAINED


def test_a_moved_series_is_explained_and_located(tmp_path, known):
    scan = write_scan(tmp_path / "old", "SYNTHETIC-A")
    index, series = open_path(scan)
    study_listing.record(known, index)
    source = Path(known.rows()[0].source_path)
    assert open_known(source, series.series_key)[1] == series
    shutil.move(scan, tmp_path / "new")
    with pytest.raises(NoImagesError, match=r"no longer there.*annotations are kept"):
        open_known(source, series.series_key)
    other = write_scan(tmp_path / "other", "SYNTHETIC-B")
    with pytest.raises(NoImagesError, match="not among the images"):
        study_listing.locate(known, series.series_key, other)
    assert known.rows()[0].source_path == str(source)
    study_listing.locate(known, series.series_key, tmp_path / "new")
    assert known.rows()[0].source_path == str(tmp_path / "new")


def test_a_watched_folder_is_read_when_it_has_stopped_changing(tmp_path, known):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    known.watch(inbox)
    (inbox / "readme.txt").write_text("not an image")
    write_scan(inbox / "study-1", "SYNTHETIC-A")
    first = study_listing.look_for_news(known, inbox)
    assert first.added == ()
    assert len(first.settling) == 2
    slice_file = next((inbox / "study-1").iterdir())
    arriving = slice_file.read_bytes()
    slice_file.write_bytes(arriving[: len(arriving) // 2])  # still being copied
    second = study_listing.look_for_news(known, inbox, first.settling)
    assert second.added == ()
    slice_file.write_bytes(arriving)
    third = study_listing.look_for_news(known, inbox, second.settling)
    fourth = study_listing.look_for_news(known, inbox, third.settling)
    assert len(fourth.added) == 1
    assert study_listing.look_for_news(known, inbox, fourth.settling) == study_listing.FolderNews()
    write_scan(inbox / "deeper" / "study-2", "SYNTHETIC-B")
    news = study_listing.look_for_news(known, inbox)
    assert len(study_listing.look_for_news(known, inbox, news.settling).added) == 1
    assert {row.patient_id for row in known.rows()} == {"SYNTHETIC-A", "SYNTHETIC-B"}
    shutil.rmtree(inbox)
    assert "cannot be reached" in study_listing.look_for_news(known, inbox).problem
