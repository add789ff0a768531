"""The retraining dialog, driven by clicks, against a real store, registry and training process."""

from __future__ import annotations

import os
import signal
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from ctviewer.gui.dialogs.retrain_dialog import RetrainDialog
from ctviewer.jobs.runner import JobRunner
from ctviewer.services.retraining import RetrainingSettings
from ctviewer.services.retraining_comparison import Objection
from ctviewer.session.retraining_session import RetrainingSession, RetrainingState
from tests.support.retraining_desk import retraining_desk

pytestmark = [pytest.mark.gui, pytest.mark.slow]

TRAINING_TIMEOUT_MS = 240_000


@pytest.fixture
def desk(qtbot, tmp_path):
    """Dialog, session, registry and store."""
    with retraining_desk(tmp_path) as (store, ledger, registry, root):
        runner = JobRunner()
        session = RetrainingSession(store, ledger, registry, runner, root / "runs", runner)
        dialog = RetrainDialog(session)
        qtbot.addWidget(dialog)
        dialog.show()
        yield dialog, session, registry, store
        session.shutdown()
        runner.shutdown()


def click(qtbot, dialog, text):
    buttons = [b for b in dialog.findChildren(type(dialog._start)) if b.text() == text and b.isVisible()]
    assert len(buttons) == 1, f"{text}: {[b.text() for b in dialog.findChildren(type(dialog._start))]}"
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)


def quick(session, **changes):
    session.start(
        [c.revision.revision_id for c in session.cases(session.active_model.ref)],
        RetrainingSettings(session.active_model.ref, iterations=1, slices_per_iteration=16, **changes),
    )


def wait_for_end(qtbot, session):
    qtbot.waitUntil(
        lambda: not session.is_busy and session.state is not RetrainingState.IDLE, timeout=TRAINING_TIMEOUT_MS
    )


def test_cases_are_listed_with_what_they_are_used_for(desk):
    dialog, *_ = desk
    assert dialog._cases.rowCount() == 2
    assert "1 case(s) train the model, 1 case(s)" in dialog._sides.text()
    for row in range(2):
        dialog._cases.item(row, 0).setCheckState(Qt.CheckState.Unchecked)
    assert not dialog._start.isEnabled()


def test_retrain_compare_promote_and_roll_back_by_clicks(qtbot, desk):
    dialog, session, registry, _ = desk
    dialog._effort.setItemData(0, 1)
    dialog._effort.setCurrentIndex(0)
    click(qtbot, dialog, "Retrain")
    assert session.is_busy
    wait_for_end(qtbot, session)
    assert session.state is RetrainingState.FINISHED, dialog._message.text()
    assert len(session.curve) == 1
    table = dialog._comparison._table
    assert [table.item(row, 0).text() for row in range(4)] == ["Left lung", "Right lung", "Trachea", "Mean"]
    assert registry.active("segmentation").ref == "chest@1.0.0"
    click(qtbot, dialog, "Promote the new model")
    assert registry.active("segmentation").ref == "chest@1.0.1"
    assert not dialog._promote.isEnabled()
    click(qtbot, dialog, "Roll back")
    assert registry.active("segmentation").ref == "chest@1.0.0"


def test_cancel_ends_the_run_and_leaves_the_model(qtbot, desk):
    dialog, session, registry, _ = desk
    quick(session)
    qtbot.waitUntil(lambda: session.state is RetrainingState.RUNNING, timeout=60_000)
    click(qtbot, dialog, "Cancel training")
    wait_for_end(qtbot, session)
    assert session.state is RetrainingState.CANCELLED
    assert [v.ref for v in registry.versions("segmentation")] == ["chest@1.0.0"]


def test_a_killed_trainer_becomes_a_sentence_in_the_window(qtbot, desk):
    dialog, session, registry, store = desk
    before = [(r.revision_id, r.status) for r in store.revisions.select()]
    quick(session)
    qtbot.waitUntil(lambda: session.state is RetrainingState.RUNNING and session._process.pid > 0, timeout=60_000)
    os.kill(session._process.pid, signal.SIGKILL)
    wait_for_end(qtbot, session)
    assert session.state is RetrainingState.FAILED
    assert "memory ran out" in dialog._message.text()
    assert registry.active("segmentation").ref == "chest@1.0.0"
    assert [(r.revision_id, r.status) for r in store.revisions.select()] == before


def test_out_of_memory_becomes_a_sentence_in_the_window(qtbot, desk, monkeypatch):
    dialog, session, registry, _ = desk
    monkeypatch.setenv("CTVIEWER_TRAINING_FAULT", "oom")
    quick(session)
    wait_for_end(qtbot, session)
    assert session.state is RetrainingState.FAILED
    assert "out of memory" in dialog._message.text()
    assert registry.active("segmentation").ref == "chest@1.0.0"


def test_a_worse_candidate_needs_words_before_it_can_be_promoted(qtbot, desk):
    dialog, session, registry, _ = desk
    quick(session)
    wait_for_end(qtbot, session)
    assert session.state is RetrainingState.FINISHED, dialog._message.text()
    session._comparison = replace(session.comparison, objections=(Objection("mean", "trachea", 0.03),))
    session.comparison_changed.emit(session.comparison)
    assert "Trachea: lost 0.030 Dice" in dialog._comparison._objections.text()
    assert dialog._reason.isVisible()
    assert not dialog._promote.isEnabled()
    session.promote()
    assert registry.active("segmentation").ref == "chest@1.0.0"
    qtbot.keyClicks(dialog._reason, "our tracheas end at the carina")
    click(qtbot, dialog, "Promote the new model")
    assert registry.active("segmentation").ref == "chest@1.0.1"
    assert "end at the carina" in (session._run_dir / "promotion.json").read_text()


def test_cost_is_told_before_the_start(desk):
    dialog, *_ = desk
    assert "MB of memory" in dialog._estimate.text()
