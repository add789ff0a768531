"""The action table is consistent, and every row of it has a handler and is exercised by a test."""

from pathlib import Path

import pytest

from ctviewer.domain.windowing import PRESETS
from ctviewer.gui.action_spec import ActionSpec, Need
from ctviewer.gui.action_table import ACTIONS, MENUS, WRITES
from ctviewer.gui.commands.commands import Commands
from ctviewer.gui.icons import icon
from tests.gui.driving import BY_ID, key_conflicts

pytestmark = pytest.mark.gui


def test_table_is_consistent():
    assert key_conflicts(ACTIONS) == []
    assert len(BY_ID) == len(ACTIONS)
    assert {spec.menu for spec in ACTIONS} == set(MENUS)
    assert key_conflicts([ActionSpec("a", "", "", ("Ctrl+Z",)), ActionSpec("b", "", "", ("ctrl+z",))]) == [
        ("Ctrl+Z", "a", "b")
    ]


def test_actions_that_write_are_in_the_table():
    assert set(BY_ID) >= WRITES


def test_every_icon_exists(qapp):
    assert [spec.icon for spec in ACTIONS if spec.icon and icon(spec.icon).isNull()] == []


def test_every_action_is_exercised():
    source = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*_actions.py"))
    presets = {f"window_preset_{n}" for n in range(1, len(PRESETS) + 1)}
    assert [spec.id for spec in ACTIONS if spec.id not in presets and f'"{spec.id}"' not in source] == []


def test_every_action_has_a_handler(window):
    assert all(callable(window.commands.handler(spec.id)) for spec in ACTIONS)
    assert isinstance(window.commands, Commands)


def test_without_a_document_only_what_makes_sense_is_enabled(empty_window):
    enabled = {spec.id for spec in ACTIONS if empty_window.actions_by_id[spec.id].isEnabled()}
    assert enabled == {spec.id for spec in ACTIONS if spec.need is Need.NOTHING}
