"""Damage is found and told; what is intact is still shown."""

import contextlib
import sqlite3

import numpy as np
import pytest

from ctviewer.domain.errors import StoreError
from ctviewer.domain.revision import RevisionStatus
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.check import check_store
from ctviewer.store.schema import MIGRATIONS, WITH_CHECKSUMS
from tests.store.bitflips import flip_runs
from tests.store.painting import PATIENT, SERIES, SHAPE, Painter


def painted(path, gestures=12):
    """A store with some strokes; returns the masks after each of them."""
    with AnnotationStore(path, author="Ada", daily_backup=False) as store:
        painter = Painter(5, store)
        masks = [painter.labels.view().copy()]
        for _ in range(gestures):
            painter._brush(int(painter.random.integers(1, 4)))
            masks.append(painter.labels.view().copy())
    return masks


def break_rows(path, statement, *values):
    """Change rows behind the store's back."""
    connection = sqlite3.connect(path)
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(statement, values)
    connection.commit()
    connection.close()


def flip(path, table, column, where):
    connection = sqlite3.connect(path)
    blob = bytearray(connection.execute(f"SELECT {column} FROM {table} WHERE {where}").fetchone()[0])
    connection.close()
    blob[len(blob) // 2] ^= 1
    break_rows(path, f"UPDATE {table} SET {column} = ? WHERE {where}", bytes(blob))


def test_a_flipped_bit_in_a_gesture_costs_only_what_came_after(path, open_store):
    masks = painted(path)
    flip(path, "gesture", "delta", "place = 7")
    store = open_store()
    state = store.open_document(SERIES, PATIENT, SHAPE)
    np.testing.assert_array_equal(state.labels, masks[7])
    assert state.position == 7
    assert any("damaged" in text for text in state.problems)
    assert any("7 of 12" in text for text in state.problems)
    assert any("checksum" in text for text in store.check())
    # Work goes on from there.
    store.append_commit(SERIES, state.commits[6], "brush")
    store.set_position(SERIES, 7)
    store.wait_durable()
    np.testing.assert_array_equal(store.open_document(SERIES, PATIENT, SHAPE).labels, masks[7])


def test_a_snapshot_beyond_the_damage_saves_the_mask(path, open_store):
    masks = painted(path)
    store = open_store()
    store.open_document(SERIES, PATIENT, SHAPE)
    store.revisions.save(SERIES, masks[12])
    store.close()
    flip(path, "gesture", "delta", "place = 7")
    state = open_store().open_document(SERIES, PATIENT, SHAPE)
    np.testing.assert_array_equal(state.labels, masks[12])
    assert (state.offset, state.position, len(state.commits)) == (8, 4, 4)  # undo reaches back to the damage
    assert any("damaged" in text for text in state.problems)


def test_a_damaged_snapshot_is_not_used(path, open_store):
    masks = painted(path)
    store = open_store()
    store.open_document(SERIES, PATIENT, SHAPE)
    info = store.revisions.save(SERIES, masks[12])
    store.close()
    flip(path, "blob", "data", "1")
    store = open_store()
    state = store.open_document(SERIES, PATIENT, SHAPE)
    np.testing.assert_array_equal(state.labels, masks[12])
    with pytest.raises(StoreError, match="damaged"):
        store.revisions.load_labels(info.revision_id)
    assert any("damaged" in text for text in store.check())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE gesture SET author = 'Eve' WHERE place = 3",
        "UPDATE gesture SET created_at = '1999' WHERE place = 3",
        "UPDATE gesture SET model_id = 'x' WHERE place = 3",
        "UPDATE gesture SET name = 'x' WHERE place = 3",
        "DELETE FROM gesture WHERE place = 3",
        "UPDATE gesture SET place = 99 WHERE place = 11",
        "UPDATE document SET position = 99",
        "UPDATE revision SET reviewed_slices = '[5]'",
        "UPDATE revision SET author = 'Eve'",
        "DELETE FROM blob",
    ],
)
def test_check_finds_changes_made_behind_the_stores_back(path, open_store, statement):
    masks = painted(path)
    store = open_store()
    store.open_document(SERIES, PATIENT, SHAPE)
    store.revisions.save(SERIES, masks[12])
    assert store.check() == []
    store.close()
    break_rows(path, statement)
    problems = open_store().check()
    assert problems
    assert all(text.endswith(".") for text in problems)


@pytest.mark.parametrize("content", [b"not a database, not even nearly" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_rubbish_in_place_of_the_store_is_refused_and_kept(path, content):
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"annotations\.sqlite3"):
        AnnotationStore(path)
    assert path.read_bytes() == content


def test_a_foreign_database_is_refused_and_kept(path):
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE recipes(name TEXT)")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="not an annotation store"):
        AnnotationStore(path)
    connection = sqlite3.connect(path)
    assert [r[0] for r in connection.execute("SELECT name FROM sqlite_schema")] == ["recipes"]
    connection.close()


def test_a_store_of_a_newer_program_is_refused(path):
    painted(path, 1)
    break_rows(path, f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(StoreError, match="newer version"):
        AnnotationStore(path)


def test_an_interrupted_creation_is_completed(path):
    path.touch()
    with AnnotationStore(path, daily_backup=False) as store:
        assert not store.read_only
        assert store.check() == []


@pytest.mark.parametrize("page", [1, 2, 5, 9])
def test_overwritten_pages_are_a_sentence(path, page):
    painted(path, 30)
    content = bytearray(path.read_bytes())
    content[page * 4096 : (page + 1) * 4096] = b"\xa5" * 4096
    path.write_bytes(content)
    assert any("damaged" in text for text in what_the_user_is_told(path))


def what_the_user_is_told(path):
    try:
        with AnnotationStore(path, daily_backup=False) as store:
            return [*store.check(), *store.open_document(SERIES, PATIENT, SHAPE).problems]
    except StoreError as error:
        return [error.message]


def test_pages_are_checked_after_a_crash(path):
    painted(path, 40)
    break_rows(path, "UPDATE session SET closed_at = NULL, ended = NULL")
    content = bytearray(path.read_bytes())
    connection = sqlite3.connect(path)
    root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'gesture'").fetchone()[0]
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    content[(root - 1) * size + 8 : (root - 1) * size + 40] = b"\xff" * 32
    path.write_bytes(content)
    with pytest.raises(StoreError, match="damaged") as caught:
        AnnotationStore(path, daily_backup=False)
    assert "restore" in caught.value.hint
    with AnnotationStore(path.with_name("other.sqlite3"), daily_backup=False) as other:
        assert not other.read_only


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE document SET position = 8", "How many changes are in effect"),
        ("UPDATE gesture SET live = 0 WHERE place = 12", "change 13 is missing"),
        ("UPDATE gesture SET live = 0 WHERE place = 7", "change 8 is missing"),
    ],
)
def test_a_changed_position_or_undo_list_is_told(path, open_store, statement, sentence):
    painted(path, 13)
    break_rows(path, statement)
    problems = open_store().open_document(SERIES, PATIENT, SHAPE).problems
    assert any(sentence in text for text in problems)


def test_a_snapshot_of_another_moment_is_not_used(path, open_store):
    masks = painted(path, 6)
    with open_store() as store:
        store.open_document(SERIES, PATIENT, SHAPE)
        store.revisions.save(SERIES, masks[6])
        store.append_commit(SERIES, store.open_document(SERIES, PATIENT, SHAPE).commits[0], "brush")
        store.set_position(SERIES, 5)
    break_rows(path, "UPDATE snapshot SET gesture_id = gesture_id - 1")
    state = open_store().open_document(SERIES, PATIENT, SHAPE)
    np.testing.assert_array_equal(state.labels, masks[5])


def test_rows_a_damaged_index_hides_are_found(path, open_store):
    masks = painted(path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA writable_schema = ON")  # an index that says it holds other rows than it does
    connection.execute(
        "UPDATE sqlite_schema SET sql = replace(sql, 'live = 1', 'live = 1 AND place <> 5') WHERE name = 'gesture_live'"
    )
    connection.commit()
    connection.close()
    break_rows(path, "REINDEX gesture_live")
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("UPDATE sqlite_schema SET sql = replace(sql, ' AND place <> 5', '') WHERE name = 'gesture_live'")
    connection.commit()
    connection.close()
    store = open_store()
    np.testing.assert_array_equal(store.open_document(SERIES, PATIENT, SHAPE).labels, masks[12])
    assert any("index" in text for text in store.check())


@pytest.mark.parametrize("change", ["reviewed_slices = '[5'", "reviewed_slices = '[5]'", "author = 'Eve'"])
def test_a_changed_revision_is_not_given_away(path, open_store, change):
    masks = painted(path)
    with open_store() as store:
        store.open_document(SERIES, PATIENT, SHAPE)
        store.revisions.save(SERIES, masks[12])
    break_rows(path, f"UPDATE revision SET {change}")
    store = open_store()
    with pytest.raises(StoreError, match="damaged"):
        store.revisions.select()
    assert any("record of revision" in text for text in store.check())


def test_a_status_that_is_none_is_damage(path, open_store):
    masks = painted(path)
    with open_store() as store:
        store.open_document(SERIES, PATIENT, SHAPE)
        store.revisions.save(SERIES, masks[12])
    break_rows(path, "DELETE FROM revision_status")
    with pytest.raises(StoreError, match="damaged"):
        open_store().revisions.select()


def test_a_flipped_bit_in_a_name_of_the_schema_is_a_sentence(path):
    painted(path, 1)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"TRIGGER gesture_delete", b"TRIGGER gesture_\xe4elete"))
    with pytest.raises(StoreError, match="damaged"):
        AnnotationStore(path, daily_backup=False)


def test_a_store_of_the_former_format_gets_checksums(path, open_store):
    masks = painted(path)
    break_rows(path, "ALTER TABLE document DROP COLUMN position_sum")
    break_rows(path, "ALTER TABLE snapshot DROP COLUMN checksum")
    break_rows(path, "DROP TABLE outlook")
    break_rows(path, f"PRAGMA user_version = {WITH_CHECKSUMS - 1}")
    assert check_store(path) == []  # a backup that may only be read
    state = open_store().open_document(SERIES, PATIENT, SHAPE)
    np.testing.assert_array_equal(state.labels, masks[12])
    assert state.problems == ()


def test_a_status_that_a_damaged_index_hides_is_found(path, open_store):
    masks = painted(path)
    with open_store() as store:
        store.open_document(SERIES, PATIENT, SHAPE)
        store.revisions.save(SERIES, masks[12], RevisionStatus.ACCEPTED)
    content = bytearray(path.read_bytes())
    connection = sqlite3.connect(path)
    root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'revision_status_revision'").fetchone()[
        0
    ]
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    start = (root - 1) * size
    assert content[start + 3 : start + 5] == b"\0\2"  # entries of the page
    content[start + 4] = 1
    path.write_bytes(content)
    assert [info.status for info in open_store().revisions.select()] == [RevisionStatus.ACCEPTED]


def test_random_flipped_bits_are_never_shown_as_if_nothing_were(tmp_path):
    report = flip_runs(tmp_path, runs=40, seed=1)
    assert report.silently_wrong == []
    assert report.refused + report.told + report.found_by_check > 5


def test_a_series_that_a_damaged_index_hides_does_not_begin_anew(path, open_store):
    masks = painted(path)
    content = path.read_bytes()
    assert content.count(SERIES.encode()) == 2  # in the table and in the index
    first = content.index(SERIES.encode())
    for place in (first, content.index(SERIES.encode(), first + 1)):
        path.write_bytes(content[:place] + b"0" + content[place + 1 :])
        with open_store() as store:
            np.testing.assert_array_equal(store.open_document(SERIES, PATIENT, SHAPE).labels, masks[12])
        with contextlib.closing(sqlite3.connect(path)) as connection:
            assert connection.execute("SELECT count(*) FROM document NOT INDEXED").fetchone() == (1,)


def test_a_checksum_that_became_text_is_damage(path, open_store):
    painted(path)
    connection = sqlite3.connect(path)
    (sql,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'gesture'").fetchone()
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 'gesture'", (sql.replace("STRICT", ""),))
    connection.commit()
    connection.close()
    break_rows(path, "UPDATE gesture SET checksum = 'text' WHERE place = 4")
    store = open_store()
    assert any("damaged" in text for text in store.open_document(SERIES, PATIENT, SHAPE).problems)
    assert any("checksum" in text for text in store.check())
