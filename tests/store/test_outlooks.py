"""What a look at a case is worth: stores that cannot say, and damage."""

import sqlite3

import pytest

from ctviewer.domain.outlook import Outlook
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.schema import WITH_OUTLOOKS


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "a.sqlite3"
    with AnnotationStore(path, "Ada", daily_backup=False) as store:
        store.open_document("1.2.3", "P", (4, 6, 8))
        store.keep_doubt("1.2.3", (1.0, 0.0, 3.0, 0.0), 10.0, {1: 2.0})
        assert store.outlooks() == {"1.2.3": Outlook(4.0, 2.0, 0)}
    return path


def changed(path, statement):
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_damaged_row_does_not_hold_up_review_marks(path):
    changed(path, "UPDATE outlook SET doubt_by_slice = '[1'")
    with AnnotationStore(path, "Ada", daily_backup=False) as store:
        store.open_document("1.2.3", "P", (4, 6, 8))
        store.mark_reviewed("1.2.3", [0])
        assert store.outlooks() == {}
        assert store.open_document("1.2.3", "P", (4, 6, 8)).reviewed == {0}


def test_an_older_store_that_may_only_be_read_says_nothing(path):
    with AnnotationStore(path, "Ada", daily_backup=False), AnnotationStore(path, "Bob", daily_backup=False) as second:
        assert second.read_only
        assert second.outlooks() == {"1.2.3": Outlook(4.0, 2.0, 0)}
        changed(path, "DROP TABLE outlook")
        changed(path, f"PRAGMA user_version = {WITH_OUTLOOKS - 1}")
        assert second.outlooks() == {}


def test_reasons_join():
    assert Outlook().worth == 0
    assert 0 < Outlook(100).worth < Outlook(300).worth < Outlook(300, 0, 1).worth < 1
    assert Outlook(300).worth == pytest.approx(0.5)
    assert Outlook(300, 50, 1).worth > Outlook(300, 0, 1).worth
