"""Structures of a mask file become segments as one undo step."""

from pathlib import Path

import numpy as np
import pytest

from ctviewer.domain.edits.region import region_from_mask
from ctviewer.domain.found_structure import FoundStructure, import_edit, matching_segment, targets
from ctviewer.domain.segment import CHEST_SEGMENTS, LEFT, LEFT_LUNG, LUNG, RIGHT_LUNG, TRACHEA, CodedConcept
from ctviewer.services.importing import FoundMask
from ctviewer.session.importing_session import ImportingSession

SHAPE = (4, 6, 8)


def structure(name, box, **fields):
    mask = np.zeros(SHAPE, bool)
    mask[box] = True
    return FoundStructure(name, region_from_mask(mask), **fields)


def result(current, structures, chosen, locked=frozenset()):
    edit = import_edit(current, structures, chosen, locked)
    after = current.copy()
    if edit is not None:
        edit.apply_to(after)
    return after


def test_a_structure_replaces_its_segment_and_leaves_the_others():
    current = np.zeros(SHAPE, np.uint8)
    current[:, :3], current[:, 3:] = 1, 2
    after = result(current, [structure("L", np.s_[1:2, 2:5])], [LEFT_LUNG])
    assert (after[1, 2:5] == 1).all()
    assert (after == 1).sum() == 3 * 8
    assert (after[0, 3:] == 2).all()
    assert (after[0, :3] == 0).all()


def test_locked_segments_keep_and_get_nothing_and_what_is_left_out_stays_out():
    current = np.zeros(SHAPE, np.uint8)
    current[0] = 2
    both = [structure("a", np.s_[0:2]), structure("b", np.s_[2:3]), structure("c", np.s_[3:4])]
    after = result(current, both, [LEFT_LUNG, None, RIGHT_LUNG], frozenset({2}))
    assert (after[0] == 2).all()
    assert (after[1] == 1).all()
    assert not after[2:].any()
    assert import_edit(after, [structure("a", np.s_[1:2])], [LEFT_LUNG], frozenset()) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("LtLung", LEFT_LUNG), ("Lt Lung", LEFT_LUNG), ("Lung_L", LEFT_LUNG), ("lung left", LEFT_LUNG),
        ("Left Lung", LEFT_LUNG), ("Lungs_R", RIGHT_LUNG), ("RIGHT LUNG", RIGHT_LUNG), ("trachea", TRACHEA),
        ("Lung", None), ("Heart", None), ("Tumor Bed", None),
    ],
)  # fmt: skip
def test_names_of_planning_systems_are_recognised(name, expected):
    assert matching_segment(structure(name, np.s_[0:1]), CHEST_SEGMENTS) is expected


def test_codes_come_before_names_and_no_segment_is_given_twice():
    left = structure("Right lung", np.s_[0:1], code=LUNG, laterality=LEFT)
    again = structure("Lung L", np.s_[1:2], color=(1, 2, 3))
    heart = structure("Heart", np.s_[2:3], label=2, code=CodedConcept("80891009", "Heart"))
    chosen = targets([left, again, heart], CHEST_SEGMENTS)
    assert chosen[0] is LEFT_LUNG
    assert (chosen[1].label, chosen[1].name, chosen[1].color) == (4, "Lung L", (1, 2, 3))
    assert (chosen[2].label, chosen[2].code) == (5, heart.code)


def test_what_a_file_drew_has_to_be_looked_at(qtbot, workspace):
    document, vol = workspace.document, workspace.document.volume
    document.slices.mark_reviewed(range(12))
    importing = ImportingSession(workspace, workspace.runner)
    mask = np.zeros(vol.hu.shape, bool)
    mask[3:5, 2:4, 2:4] = True
    found = FoundMask(Path("m.nrrd"), (FoundStructure("Heart", region_from_mask(mask)),))
    job = importing.apply(found, targets(found.structures, document.segments.segments))
    with qtbot.waitSignal(job.ended, timeout=60_000):
        pass
    assert document.proposal is not None
    assert document.segments.name(4) == "Heart"
    assert not document.labels.any() or document.proposal.n_added == mask.sum()
    workspace.proposals.accept(document)
    assert (document.labels[mask] == 4).all()
    assert document.segments.name(4) == "Heart"
    assert document.slices.reviewed == frozenset(range(12)) - {3, 4}
    assert document.undo_name == "Import m.nrrd"


def test_a_rejected_import_leaves_nothing_behind(qtbot, workspace):
    document = workspace.document
    found = FoundMask(Path("m.nrrd"), (structure_on(document.volume, "Heart"), structure_on(document.volume, "Lung L")))
    job = ImportingSession(workspace, workspace.runner).apply(
        found, targets(found.structures, document.segments.segments)
    )
    with qtbot.waitSignal(job.ended, timeout=60_000):
        pass
    assert len(document.segments.rows) == 4
    workspace.proposals.reject(document)
    assert not document.labels.any()
    assert [s.name for s in document.segments.segments] == [s.name for s in CHEST_SEGMENTS]


def structure_on(vol, name):
    mask = np.zeros(vol.hu.shape, bool)
    mask[3:5, 2:4, 2:4] = True
    return FoundStructure(name, region_from_mask(mask))


def test_files_that_do_not_fit_are_a_sentence(qtbot, workspace, tmp_path):
    document = workspace.document
    importing = ImportingSession(workspace, workspace.runner)
    (tmp_path / "mask.txt").write_text("no")
    job = importing.read(tmp_path / "mask.txt")
    with qtbot.waitSignal(job.ended, timeout=60_000):
        pass
    assert "cannot be read" in workspace.messages.messages[-1].text
    assert not document.labels.any()
