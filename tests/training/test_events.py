"""What a run says of itself when it cannot write."""

import json

import pytest

from ctviewer.domain.errors import NotEnoughSpaceError
from tests.support.small_disk import fill, small_disk
from training.events import METRICS_NAME, EventWriter
from training.execution import EXIT_BAD_REQUEST, execute


def test_a_full_disk_leaves_no_half_row_and_no_event_is_lost(tmp_path):
    with small_disk(tmp_path / "disk") as disk:
        events = EventWriter(disk, echo=False)
        events.metrics({"iteration": 1, "loss": 0.5})
        before = (disk / METRICS_NAME).read_bytes()
        ballast = fill(disk)
        with pytest.raises(NotEnoughSpaceError):
            events.metrics({"iteration": 2, "loss": "x" * 20_000})
        assert (disk / METRICS_NAME).read_bytes() == before
        events.emit("failed", message="full")
        ballast.unlink()
        events.emit("later")
        events.close()
        kept = [json.loads(line)["event"] for line in (disk / "events.jsonl").read_text().splitlines()]
        assert kept == ["failed", "later"]


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert execute(tmp_path / "request.json", tmp_path / "file" / "run") == EXIT_BAD_REQUEST
    assert json.loads(capsys.readouterr().out)["event"] == "failed"
