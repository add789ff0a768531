"""A damaged annotation store: the window opens, and offers the newest sound backup."""

from datetime import date

import pytest

from ctviewer.app.damaged_store import offer_restoring
from ctviewer.domain.errors import DamagedStoreError
from ctviewer.session.messages import MessageLog
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.backup import backups_of, daily_backup
from tests.store.painting import found_in, paint

pytestmark = pytest.mark.gui


def damaged(path):
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(DamagedStoreError) as caught:
        AnnotationStore(path, daily_backup=False)
    return caught.value


def test_the_newest_sound_backup_is_offered_and_restored(qapp, tmp_path):
    path, messages = tmp_path / "annotations.sqlite3", MessageLog()
    painted = paint(path, 1, 15)
    daily_backup(path, backups_of(path), date(2026, 3, 1))
    broken = daily_backup(path, backups_of(path), date(2026, 3, 2))
    broken.write_bytes(broken.read_bytes()[:9000])
    offer_restoring(damaged(path), path, messages)
    (choice,) = messages.messages[-1].choices
    choice.act()
    assert "is kept as" in messages.messages[-1].text
    with AnnotationStore(path, author="Ada", daily_backup=False) as store:
        assert found_in(store)[0] == painted.expected()


def test_without_a_sound_backup_the_damage_is_told(qapp, tmp_path):
    path, messages = tmp_path / "annotations.sqlite3", MessageLog()
    paint(path, 1, 5)
    offer_restoring(damaged(path), path, messages)
    assert messages.messages[-1].choices == ()
    assert "damaged" in messages.messages[-1].text
