"""PH pictures: class, patient group, duplicates and painted marks."""

import numpy as np
import pytest
from skimage.io import imread, imsave

from ctviewer.domain.errors import UnreadableFileError
from tests.support.ph_pictures import chest, write_collection
from training.ph.data import read_collection
from training.ph.duplicates import alike_pairs, joined_groups
from training.ph.layout import PhDataError
from training.ph.listing import collection_summary, write_split
from training.ph.marks import coloured_marks, without_marks


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return write_collection(tmp_path_factory.mktemp("ph"))


@pytest.fixture(scope="module")
def data(root):
    return read_collection(root)


def test_class_comes_from_the_folder_not_from_the_number_in_the_name(data):
    controls = [c for name, c in zip(data.names, data.classes, strict=True) if name.startswith("Control/4 (")]
    assert controls
    assert set(controls) == {0}


def test_pictures_of_one_patient_end_in_one_group_although_the_file_keeps_them_apart(data):
    counts = data.counts()
    assert {c["groups_in_file"] for c in counts.values()} == {8}
    assert {c["groups"] for c in counts.values()} == {4}
    assert not data.contradictions


def test_contradicting_duplicates_are_reported_and_not_merged(root, tmp_path):
    other = write_collection(tmp_path / "c")
    source = next((other / "Group1").glob("*.png"))
    imsave(other / "Group3" / "3 (99).png", imread(source), check_contrast=False)
    data = read_collection(other)
    summary = collection_summary(data)
    assert any("Group3/3 (99).png" in pair for pair in summary["contradicting_pairs"])
    assert any("Group3/3 (99).png" in pair for pair in summary["identical_pictures"])
    row = data.names.index("Group3/3 (99).png")
    assert set(data.classes[data.groups == data.groups[row]].tolist()) == {3}


def test_split_file_keeps_groups_together(data, tmp_path):
    write_split(data, tmp_path / "split.csv")
    lines = (tmp_path / "split.csv").read_text().splitlines()[1:]
    assert len(lines) == len(data.names)
    folds: dict[str, set[str]] = {}
    for line in lines:
        _, _, group, fold = line.split(",")
        folds.setdefault(group, set()).add(fold)
    assert all(len(f) == 1 for f in folds.values())


def test_missing_class_and_single_patient_are_refused_in_a_sentence(tmp_path):
    write_collection(tmp_path / "a")
    for path in (tmp_path / "a" / "Group2").iterdir():
        path.unlink()
    with pytest.raises(PhDataError, match="Group2"):
        read_collection(tmp_path / "a")
    with pytest.raises(PhDataError, match="1 patient group"):
        read_collection(write_collection(tmp_path / "b", patients=1))


def test_broken_picture_raises_instead_of_becoming_blank(tmp_path):
    write_collection(tmp_path)
    (tmp_path / "Group1" / "1 (77).png").write_bytes(b"not a picture")
    with pytest.raises(UnreadableFileError, match="not a picture"):
        read_collection(tmp_path)


def test_picture_without_lungs_is_listed_with_its_reason(tmp_path):
    write_collection(tmp_path)
    imsave(tmp_path / "Control" / "4 (88).png", np.full((200, 240), 120, np.uint8), check_contrast=False)
    data = read_collection(tmp_path)
    assert [(e.name, "lungs" in e.reason) for e in data.excluded] == [("Control/4 (88).png", True)]


def test_coloured_marks_are_filled_and_a_painted_picture_is_left_out(tmp_path):
    write_collection(tmp_path)
    colour = np.repeat(chest(trunk=20, seed=3)[..., None], 3, axis=2)
    marked = colour.copy()
    marked[88:91, 130:190] = (255, 230, 0)
    marks = coloured_marks(marked)
    assert 180 < marks.sum() < 700
    clean = without_marks(marked, marks)
    assert np.abs(clean[88:91, 145:180].astype(int) - colour[88:91, 145:180, 0]).mean() < 40
    imsave(tmp_path / "Group3" / "3 (90).png", marked, check_contrast=False)
    painted = colour.copy()
    painted[40:120, 60:200, 0] = 255
    painted[40:120, 60:200, 1:] = 0
    imsave(tmp_path / "Group3" / "3 (91).png", painted, check_contrast=False)
    data = read_collection(tmp_path)
    assert "Group3/3 (90).png" in data.repaired
    assert [e.name for e in data.excluded] == ["Group3/3 (91).png"]


def test_grey_pictures_have_no_marks():
    assert not coloured_marks(chest()).any()
    assert not coloured_marks(np.repeat(chest()[..., None], 3, axis=2)).any()


def test_groups_are_joined_through_chains():
    pictures = [np.random.default_rng(s).integers(0, 255, (64, 64)).astype(np.uint8) for s in (0, 0, 1, 1, 2)]
    pairs = alike_pairs(pictures)
    assert [(p.first, p.second, p.identical) for p in pairs] == [(0, 1, True), (2, 3, True)]
    assert joined_groups((5, 4, 4, 9, 7), pairs) == (4, 4, 4, 4, 7)
