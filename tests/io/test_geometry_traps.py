"""Every trap of the corpus loads right, or is refused or asked about with its sentence: none silently wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctviewer.domain.errors import CTViewerError, UndecidedSeriesError
from ctviewer.services.study_loading import find_series, load, open_path
from tests.support.corpus import TRAPS, Trap
from tests.support.ct_phantom import blob_errors_mm

TOLERANCE_MM = 0.01


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.name)
def test_trap_is_right_or_refused_with_its_sentence(trap: Trap, tmp_path: Path) -> None:
    trap.write(tmp_path)
    if trap.unopened:
        with pytest.raises(CTViewerError, match=trap.unopened):
            open_path(tmp_path)
        return
    index, chosen = open_path(tmp_path)
    assert bool(index.rejected) == bool(trap.rejected)
    assert all(trap.rejected in item.reason for item in index.rejected)
    if trap.refusal:
        with pytest.raises(CTViewerError, match=trap.refusal):
            load(chosen)
        return
    assert len(index.series) == trap.right + trap.others
    assert trap.exclusion in chosen.ai_exclusion
    assert bool(chosen.ai_exclusion) == bool(trap.exclusion)
    right = 0
    for series in index.series:
        volume = load(series)
        if series is chosen:
            assert trap.note in " ".join(volume.notes)
            assert bool(volume.notes) == bool(trap.note), volume.notes
            assert volume.is_hu is not trap.not_hu
        errors = blob_errors_mm(volume)
        right += max(errors.values()) <= TOLERANCE_MM
        if not series.ai_exclusion:
            assert max(errors.values()) <= TOLERANCE_MM, errors
    assert right == trap.right


def test_either_of_two_images_at_one_place_can_be_chosen(tmp_path: Path) -> None:
    next(trap for trap in TRAPS if trap.name == "duplicate, other pixels").write(tmp_path)
    _, chosen = open_path(tmp_path)
    with pytest.raises(UndecidedSeriesError) as asked:
        load(chosen)
    assert [answer.text for answer in asked.value.answers] == ["Use again.dcm", "Use slice0020.dcm"]
    again, first = (load(answer.series) for answer in asked.value.answers)
    assert max(blob_errors_mm(first).values()) <= TOLERANCE_MM
    assert int((again.hu[20].astype(int) - first.hu[20]).mean()) == 50
    assert "slice0020.dcm chosen, again.dcm left out" in " ".join(first.notes)
    assert again.series.series_key != first.series.series_key
    assert find_series(tmp_path, again.series.series_key).choice == "without slice0020.dcm"
