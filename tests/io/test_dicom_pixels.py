"""HU exactly as stored, in every transfer syntax, against pydicom and against the phantom."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, JPEGBaseline8Bit, JPEGExtended12Bit

from ctviewer.domain.errors import OperationCancelled
from ctviewer.domain.progress import CancelToken, Progress
from ctviewer.domain.volume import Volume
from ctviewer.services.study_loading import load, open_path, preview
from tests.support.corpus import TRAPS
from tests.support.ct_phantom import Grid
from tests.support.dicom_files import SYNTAXES, ct_slice, write_series
from tests.support.trap_files import GRID, padding

SMALL = Grid(shape=(6, 40, 36))
PYDICOM_DECODER = {"rle": "pydicom", "jpegls": "pyjpegls", "j2k": "pylibjpeg", "htj2k": "pylibjpeg"}


def load_folder(folder: Path) -> Volume:
    return load(open_path(folder)[1])


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_every_transfer_syntax_gives_the_same_hu(syntax: str, tmp_path: Path) -> None:
    paths = write_series(tmp_path, SMALL, syntax=syntax)
    volume = load_folder(tmp_path)
    np.testing.assert_array_equal(volume.hu, SMALL.volume_hu())
    if syntax != "jpeg_lossless":  # pydicom has no decoder for it here
        ds = pydicom.dcmread(paths[4])
        ds.pixel_array_options(decoding_plugin=PYDICOM_DECODER.get(syntax, ""))
        np.testing.assert_array_equal(ds.pixel_array - 1024, volume.hu[4])


@pytest.mark.parametrize(("uid", "bits"), [(JPEGBaseline8Bit, 8), (JPEGExtended12Bit, 12)])
def test_lossy_jpeg_is_close_and_says_so(uid: str, bits: int, tmp_path: Path) -> None:
    import imagecodecs
    from pydicom.encaps import encapsulate

    shift = 4096 // (1 << bits)

    def edit(ds: Dataset, k: int) -> None:
        stored = ((SMALL.slice_hu(k) + 1024) // shift).astype(np.uint8 if bits == 8 else np.uint16)
        coded = imagecodecs.jpeg_encode(stored, level=98, bitspersample=bits)
        ds.PixelRepresentation, ds.BitsStored, ds.HighBit = 0, bits, bits - 1
        ds.BitsAllocated = 8 if bits == 8 else 16
        ds.RescaleSlope = str(shift)
        ds.PixelData = encapsulate([bytes(coded)])
        ds["PixelData"].VR = "OB"
        ds["PixelData"].is_undefined_length = True

    for k in range(SMALL.shape[0]):
        ds = ct_slice(SMALL, k)
        edit(ds, k)
        ds.file_meta.TransferSyntaxUID = uid
        pydicom.dcmwrite(tmp_path / f"{k}.dcm", ds, enforce_file_format=True)
    volume = load_folder(tmp_path)
    assert np.abs(volume.hu - SMALL.volume_hu()).max() <= 6 * shift
    assert "The images were compressed with loss." in volume.notes


def test_rescale_is_applied_slice_by_slice(tmp_path: Path) -> None:
    write_series(tmp_path, SMALL, slope=2.0, intercept=lambda k: -1000.0 - 2 * k)
    volume = load_folder(tmp_path)
    assert np.abs(volume.hu - SMALL.volume_hu()).max() <= 1  # half a step of 2 HU
    for k in range(6):
        assert (volume.hu[k] - (-1000 - 2 * k)).max() % 2 == 0


def test_monochrome1_is_not_inverted(tmp_path: Path) -> None:
    write_series(tmp_path, SMALL, edit=lambda ds, _: setattr(ds, "PhotometricInterpretation", "MONOCHROME1"))
    np.testing.assert_array_equal(load_folder(tmp_path).hu, SMALL.volume_hu())


@pytest.mark.parametrize("name", ["padding −2000", "padding −32768"])
def test_padding_is_marked_where_it_is_and_nowhere_else(name: str, tmp_path: Path) -> None:
    next(trap for trap in TRAPS if trap.name == name).write(tmp_path)
    volume = load_folder(tmp_path)
    expected = np.zeros(volume.hu.shape, bool)
    expected[:, :3], expected[:, :, -3:] = True, True
    assert volume.padding is not None
    np.testing.assert_array_equal(volume.padding, expected)
    np.testing.assert_array_equal(volume.hu[~expected], GRID.volume_hu()[~expected])
    assert volume.hu[expected].max() < -2000  # never wraps to bright values


def test_one_mask_serves_all_slices_that_share_it(tmp_path: Path) -> None:
    next(trap for trap in TRAPS if trap.name == "padding −2000").write(tmp_path)
    volume = load(open_path(tmp_path)[1])
    assert volume.padding is not None
    assert volume.padding.shape == volume.hu.shape
    assert volume.padding.strides[0] == 0  # kept once
    np.testing.assert_array_equal(volume.padding, volume.hu == -2000 - 1024)
    path = sorted(tmp_path.iterdir())[5]
    ds = pydicom.dcmread(path)
    ds.PixelData = np.zeros((ds.Rows, ds.Columns), "<i2").tobytes()
    ds.save_as(path)
    other = load(open_path(tmp_path)[1])
    assert other.padding is not None
    assert other.padding.strides[0] != 0
    np.testing.assert_array_equal(other.padding, other.hu == -2000 - 1024)


@pytest.mark.parametrize("syntax", ["jpegls", "rle", "deflated"])
def test_padding_of_compressed_slices(syntax: str, tmp_path: Path) -> None:
    def edit(ds: Dataset, k: int) -> None:
        if k != 9:
            padding(-2000)(ds, k)

    grid = Grid(shape=(20, 30, 26))
    write_series(tmp_path / "plain", grid, edit)
    write_series(tmp_path / syntax, grid, edit, syntax=syntax)
    plain, compressed = (load(open_path(tmp_path / name)[1]) for name in ("plain", syntax))
    assert plain.padding is not None
    assert compressed.padding is not None
    assert not plain.padding[9].any()
    np.testing.assert_array_equal(plain.padding, compressed.padding)
    np.testing.assert_array_equal(plain.hu, compressed.hu)


def test_padding_written_unsigned_for_signed_pixels(tmp_path: Path) -> None:
    """GE writes 63536 for −2000."""

    def edit(ds: Dataset, _: int) -> None:
        pixels = np.frombuffer(ds.PixelData, "<i2").copy()
        pixels[:5] = -2000
        ds.PixelData = pixels.tobytes()
        ds.add_new("PixelPaddingValue", "US", 63536)

    write_series(tmp_path, SMALL, edit=edit)
    volume = load_folder(tmp_path)
    assert volume.padding is not None
    assert volume.padding.sum() == 5 * 6


def test_missing_slices_are_padding_between_the_right_neighbours(tmp_path: Path) -> None:
    write_series(tmp_path, SMALL, skip=(2, 3))
    volume = load_folder(tmp_path)
    assert volume.padding is not None
    assert volume.padding.all(axis=(1, 2)).tolist() == [False, False, True, True, False, False]
    np.testing.assert_array_equal(volume.hu[[0, 1, 4, 5]], SMALL.volume_hu()[[0, 1, 4, 5]])
    assert volume.source.sop_instance_uids[2] == ""
    assert volume.source.sop_instance_uids[4].endswith(".5")


def test_bits_above_the_stored_ones_are_ignored(tmp_path: Path) -> None:
    next(trap for trap in TRAPS if trap.name.startswith("12 bits")).write(tmp_path)
    np.testing.assert_array_equal(load_folder(tmp_path).hu, GRID.volume_hu())


def test_values_beyond_int16_saturate_and_are_mentioned(tmp_path: Path) -> None:
    def edit(ds: Dataset, _: int) -> None:
        pixels = np.frombuffer(ds.PixelData, "<u2").copy()
        pixels[7] = 65000
        ds.PixelRepresentation = 0
        ds.PixelData = pixels.tobytes()

    write_series(tmp_path, SMALL, edit=edit)
    volume = load_folder(tmp_path)
    assert volume.hu.max() == 32767
    assert "Values beyond ±32767 HU on 6 slices were clipped." in volume.notes


def test_a_ct_without_air_is_mentioned(tmp_path: Path) -> None:
    grid = Grid(shape=(10, 20, 18))
    write_series(tmp_path, grid, edit=lambda ds, _: setattr(ds, "RescaleIntercept", "0"))
    assert "its rescale may be wrong" in " ".join(load_folder(tmp_path).notes)


def test_uids_follow_the_slices(tmp_path: Path) -> None:
    write_series(
        tmp_path, SMALL, name=lambda k: f"{(k * 7) % 6}.dcm", edit=lambda ds, k: setattr(ds, "InstanceNumber", "1")
    )
    volume = load_folder(tmp_path)
    assert [uid.rsplit(".", 1)[1] for uid in volume.source.sop_instance_uids] == ["1", "2", "3", "4", "5", "6"]


def test_uids_that_survive_only_in_the_file_meta_are_used(tmp_path: Path) -> None:
    next(trap for trap in TRAPS if trap.name == "empty UIDs").write(tmp_path)
    index, chosen = open_path(tmp_path)
    assert len(index.series) == 1
    assert not chosen.identity_complete
    assert all(load(chosen).source.sop_instance_uids)


def test_tilted_stack_keeps_every_voxel_and_marks_the_rest(tmp_path: Path) -> None:
    next(trap for trap in TRAPS if trap.name == "gantry tilt 15°").write(tmp_path)
    volume = load_folder(tmp_path)
    assert volume.source.resampled
    assert volume.padding is not None
    assert volume.hu.shape[1] > 84  # a larger canvas: nothing is cut off
    inside = (~volume.padding).sum(axis=(1, 2))
    assert inside.min() >= 83 * 55
    assert volume.padding.any(axis=(1, 2)).all()


def test_native_data_under_a_compressed_transfer_syntax(tmp_path: Path) -> None:
    """The file says JPEG-LS but holds plain pixels (met in real archives)."""
    for path in write_series(tmp_path, SMALL):
        content = path.read_bytes()
        old, new = b"UI\x14\x001.2.840.10008.1.2.1\0", b"UI\x16\x001.2.840.10008.1.2.4.80"
        assert old in content
        path.write_bytes(content.replace(old, new))
    np.testing.assert_array_equal(load_folder(tmp_path).hu, SMALL.volume_hu())


@pytest.mark.parametrize("keep_meta", [True, False])
def test_files_without_preamble(keep_meta: bool, tmp_path: Path) -> None:
    for path in write_series(tmp_path, SMALL, syntax="implicit"):
        content = path.read_bytes()[132:]
        if not keep_meta:
            content = content[content.index(b"\x08\0\x05\0") :]
        path.write_bytes(content)
    np.testing.assert_array_equal(load_folder(tmp_path).hu, SMALL.volume_hu())


def test_undefined_length_sequences_are_skipped(tmp_path: Path) -> None:
    def edit(ds: Dataset, _: int) -> None:
        inner, outer = Dataset(), Dataset()
        inner.CodeValue, inner.is_undefined_length_sequence_item = "T-1", True
        outer.ConceptNameCodeSequence = [inner]
        outer["ConceptNameCodeSequence"].is_undefined_length = True
        outer.is_undefined_length_sequence_item = True
        ds.ProcedureCodeSequence = [outer, outer]
        ds["ProcedureCodeSequence"].is_undefined_length = True

    write_series(tmp_path, SMALL, edit=edit)
    np.testing.assert_array_equal(load_folder(tmp_path).hu, SMALL.volume_hu())


def test_long_header_is_read_in_several_pieces(tmp_path: Path) -> None:
    write_series(
        tmp_path,
        SMALL,
        edit=lambda ds, _: ds.private_block(0x0009, "ACME", create=True).add_new(1, "OB", bytes(90_000)),
    )
    np.testing.assert_array_equal(load_folder(tmp_path).hu, SMALL.volume_hu())


def test_preview_is_the_middle_slice_in_its_place(tmp_path: Path) -> None:
    write_series(tmp_path, SMALL, syntax="rle")
    chosen = open_path(tmp_path)[1]
    first, volume = preview(chosen), load(chosen)
    assert first is not None
    np.testing.assert_array_equal(first.hu[0], volume.hu[3])
    np.testing.assert_allclose(first.geometry.affine[:3, 3], volume.geometry.index_to_lps(np.array([[3.0, 0, 0]]))[0])


@pytest.mark.parametrize("syntax", ["explicit", "rle"])
def test_progress_reaches_the_end_and_cancel_stops(syntax: str, tmp_path: Path) -> None:
    write_series(tmp_path, SMALL, syntax=syntax)
    chosen = open_path(tmp_path)[1]
    reports: list[Progress] = []
    load(chosen, reports.append)
    assert reports[-1].fraction == 1.0
    assert [r.done for r in reports] == sorted(r.done for r in reports)
    token = CancelToken()
    with pytest.raises(OperationCancelled):
        load(chosen, lambda _: token.cancel(), token)


def test_plain_pixels_are_read_without_a_decoding_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_series(tmp_path, SMALL)

    def no_pool() -> None:
        raise AssertionError("a decoding process was asked for")

    monkeypatch.setattr("ctviewer.io.decoding.decode_pool", no_pool)
    assert load_folder(tmp_path).hu.shape == SMALL.shape
    assert ct_slice(SMALL, 0).file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
