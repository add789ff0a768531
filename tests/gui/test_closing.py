"""A window that holds changes which are not on the disk does not close without a word."""

import pytest
from PySide6.QtWidgets import QMessageBox

from ctviewer.domain.errors import NotEnoughSpaceError

pytestmark = pytest.mark.gui


def test_closing_asks_while_changes_are_not_on_the_disk(window, monkeypatch):
    store, asked = window.session.workspace.store, []
    answers = [QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Retry, QMessageBox.StandardButton.Discard]

    def full(_=None):
        raise NotEnoughSpaceError("annotations.sqlite3", 0, 0.1)

    def answer(_parent, _title, text, *_):
        asked.append(text)
        return answers[len(asked) - 1]

    monkeypatch.setattr(store, "wait_durable", full)
    monkeypatch.setattr(QMessageBox, "warning", answer)
    assert not window.close()
    assert window.isVisible()
    assert "0.1 MB free" in asked[0]
    assert window.close()
    assert len(asked) == 3


def test_closing_asks_nothing_when_all_is_on_the_disk(window, monkeypatch):
    monkeypatch.setattr(QMessageBox, "warning", lambda *_: pytest.fail("nothing is lost"))
    assert window.close()
