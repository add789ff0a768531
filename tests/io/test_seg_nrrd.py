"""Masks for Slicer, there and back."""

from __future__ import annotations

from pathlib import Path

import nrrd
import numpy as np
import pytest
import slicerio

from ctviewer.domain.errors import GeometryMismatchError, StoreError, UnreadableFileError
from ctviewer.domain.found_structure import labels_of, targets
from ctviewer.domain.segment import CHEST_SEGMENTS, CodedConcept, Segment
from ctviewer.io import seg_nrrd
from ctviewer.io.seg_nrrd import read_seg_nrrd, write_seg_nrrd
from tests.support.volumes import volume

VOLUME = volume()
OWN = Segment(9, "nodule_1", "Nodule ~ ^ | 1", (10, 20, 30), CodedConcept("27925004", "Nodule ~|^ of lung"))
TABLE = (*CHEST_SEGMENTS, OWN)


def mask() -> np.ndarray:
    labels = np.zeros(VOLUME.hu.shape, np.uint8)
    labels[2:8, 5:20, 5:15], labels[3:9, 6:30, 25:40], labels[9:, 10:14, 20:23], labels[4, 8:9, 30:33] = 2, 1, 3, 9
    return labels


def test_slicer_finds_names_codes_colours_and_voxels(tmp_path: Path) -> None:
    write_seg_nrrd(tmp_path / "m.seg.nrrd", mask(), VOLUME, TABLE)
    found = slicerio.read_segmentation(str(tmp_path / "m.seg.nrrd"))
    assert [s["name"] for s in found["segments"]] == [s.name for s in TABLE]
    assert [s["id"] for s in found["segments"]] == [s.key for s in TABLE]
    left = found["segments"][0]
    assert left["terminology"]["category"] == ["SCT", "123037004", "Anatomical structure"]
    assert left["terminology"]["type"] == ["SCT", "39607008", "Lung"]
    assert left["terminology"]["typeModifier"] == ["SCT", "7771000", "Left"]
    assert np.allclose(left["color"], np.array(CHEST_SEGMENTS[0].color) / 255, atol=1e-5)
    for segment in found["segments"]:
        np.testing.assert_array_equal(
            found["voxels"] == segment["labelValue"], mask().transpose(2, 1, 0) == segment["labelValue"]
        )


def test_comes_back_with_names_and_codes(tmp_path: Path) -> None:
    write_seg_nrrd(tmp_path / "m.seg.nrrd", mask(), VOLUME, TABLE)
    found = read_seg_nrrd(tmp_path / "m.seg.nrrd", VOLUME)
    assert np.array_equal(labels_of(found, TABLE, VOLUME.hu.shape), mask())
    assert [(s.name, s.color, s.laterality) for s in found] == [(s.name, s.color, s.laterality) for s in TABLE]
    assert found[3].code is not None
    assert found[3].code.value == "27925004"
    chosen = targets(found, CHEST_SEGMENTS)
    assert chosen[:3] == list(CHEST_SEGMENTS)
    assert (chosen[3].label, chosen[3].name) == (9, OWN.name)


def slicer_file(path: Path, voxels: np.ndarray, start_kji: tuple[int, int, int], layers: int, **fields: str) -> None:
    """As Slicer writes it: cut to the segments, overlapping ones in layers, fastest axis first."""
    geometry = VOLUME.geometry
    origin = geometry.index_to_lps(np.array([start_kji], float))[0]
    directions = [list(geometry.affine[:3, axis]) for axis in (2, 1, 0)]
    header = {
        "space": "left-posterior-superior",
        "kinds": (["list"] if layers > 1 else []) + ["domain"] * 3,
        "space directions": np.array(([[np.nan] * 3] if layers > 1 else []) + directions),
        "space origin": origin,
        "encoding": "gzip",
        **fields,
    }
    nrrd.write(str(path), np.moveaxis(voxels, 0, -1).transpose(3, 2, 1, 0) if layers > 1 else voxels[0].T, header)


def test_overlapping_segments_in_layers_of_a_cut_grid(tmp_path: Path) -> None:
    voxels = np.zeros((2, 4, 10, 12), np.uint8)
    voxels[0, :, 2:6, 3:9], voxels[1, 1:3, 3:5, 4:6] = 1, 1
    path = tmp_path / "cut.seg.nrrd"
    slicer_file(path, voxels, (3, 7, 20), 2, Segment0_Name="Lung left", Segment0_LabelValue="1", Segment0_Layer="0",
                Segment1_Name="Lesion", Segment1_LabelValue="1", Segment1_Layer="1")  # fmt: skip
    found = read_seg_nrrd(path, VOLUME)
    assert [s.name for s in found] == ["Lung left", "Lesion"]
    expected = np.zeros(VOLUME.hu.shape, np.uint8)
    expected[3:7, 9:13, 23:29] = 1
    chosen = targets(found, CHEST_SEGMENTS)
    assert chosen[0] is CHEST_SEGMENTS[0]
    assert np.array_equal(labels_of(found[:1], chosen[:1], VOLUME.hu.shape), expected)
    expected[4:6, 10:12, 24:26] = chosen[1].label
    assert np.array_equal(labels_of(found, chosen, VOLUME.hu.shape), expected)


@pytest.mark.parametrize(
    ("start", "sentence"), [((0.0, 0.4, 0.0), "shifted"), ((40, 0, 0), "shifted"), ((-3, 0, 0), "shifted")]
)
def test_voxels_beside_those_of_the_scan_are_refused(start, sentence: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "off.seg.nrrd"
    slicer_file(path, np.ones((1, *VOLUME.hu.shape), np.uint8), start, 1, Segment0_Name="a", Segment0_LabelValue="1")
    with pytest.raises(GeometryMismatchError, match=sentence):
        read_seg_nrrd(path, VOLUME)


def test_a_plain_nrrd_and_damaged_fields_are_sentences(tmp_path: Path) -> None:
    path = tmp_path / "plain.seg.nrrd"
    slicer_file(path, np.ones((1, *VOLUME.hu.shape), np.uint8), (0, 0, 0), 1)
    with pytest.raises(UnreadableFileError, match="names no segments"):
        read_seg_nrrd(path, VOLUME)
    slicer_file(path, np.ones((1, *VOLUME.hu.shape), np.uint8), (0, 0, 0), 1, Segment0_LabelValue="one")
    with pytest.raises(UnreadableFileError, match="no number"):
        read_seg_nrrd(path, VOLUME)
    slicer_file(path, np.ones((1, *VOLUME.hu.shape), np.uint8), (0, 0, 0), 1, Segment0_Name="a", Segment1_Name="b")
    with pytest.raises(UnreadableFileError, match="two of its segments have the value 1"):
        read_seg_nrrd(path, VOLUME)
    slicer_file(path, np.ones((1, *VOLUME.hu.shape), np.uint8), (0, 0, 0), 1, Segment0_Layer="3")
    with pytest.raises(UnreadableFileError, match="layer"):
        read_seg_nrrd(path, VOLUME)


def test_a_write_that_does_not_read_back_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "m.seg.nrrd"
    path.write_bytes(b"old")
    save = seg_nrrd._save
    monkeypatch.setattr(seg_nrrd, "_save", lambda head, source, where: save(head, np.roll(source, 1), where))
    with pytest.raises(StoreError, match="reads back differently"):
        write_seg_nrrd(path, mask(), VOLUME, TABLE)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
