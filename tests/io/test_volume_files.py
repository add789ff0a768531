"""NIfTI, NRRD and MetaImage in the variants that are met; values and places against nibabel and the phantom."""

from __future__ import annotations

import bz2
import gzip
import zlib
from pathlib import Path

import nibabel
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813 - its own documentation calls it so

from ctviewer.domain.errors import CTViewerError, GeometryMismatchError, StoreError, UnreadableFileError
from ctviewer.domain.volume import Volume
from ctviewer.io.mask_images import read_labels, write_labels
from ctviewer.io.sitk_bridge import from_sitk, to_sitk
from ctviewer.services.study_loading import load, open_path
from tests.support.ct_phantom import Grid, array_on_affine, blob_errors_mm

GRID = Grid(shape=(46, 56, 60), pixel_mm=(2.25, 2.0))
LPS_AFFINE = GRID.affine()
HU = array_on_affine(LPS_AFFINE, GRID.shape)
RAS_AFFINE = np.diag([-1.0, -1.0, 1.0, 1.0]) @ LPS_AFFINE[:, [2, 1, 0, 3]]
"""For nibabel: fastest axis first, RAS."""


def load_file(path: Path) -> Volume:
    return load(open_path(path)[1])


def assert_is_phantom(volume: Volume) -> None:
    assert max(blob_errors_mm(volume).values()) <= 0.01
    np.testing.assert_array_equal(volume.hu, HU)
    assert volume.is_hu
    assert volume.geometry.same_grid(volume.source.geometry)


def nifti(dtype: str = "<i2", version: int = 1, values: np.ndarray | None = None) -> nibabel.Nifti1Image:
    kind = nibabel.Nifti1Image if version == 1 else nibabel.Nifti2Image
    data = (HU if values is None else values).transpose(2, 1, 0).astype(np.dtype(dtype).newbyteorder("="))
    header = kind.header_class(endianness=dtype[0]) if dtype[0] in "<>" else None
    image = kind(data, RAS_AFFINE, header, dtype=np.dtype(dtype).newbyteorder("="))
    image.header.set_qform(RAS_AFFINE, 1)
    image.header.set_sform(RAS_AFFINE, 1)
    return image


@pytest.mark.parametrize("name", ["x.nii", "x.nii.gz"])
@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("dtype", ["<i2", ">i2", "<f4", "<f8", "<i4"])
def test_nifti_types(dtype: str, version: int, name: str, tmp_path: Path) -> None:
    nibabel.save(nifti(dtype, version), tmp_path / name)
    assert_is_phantom(load_file(tmp_path / name))


@pytest.mark.parametrize("which", ["qform", "sform"])
def test_nifti_with_one_of_the_two_transforms(which: str, tmp_path: Path) -> None:
    image = nifti()
    image.header["sform_code" if which == "qform" else "qform_code"] = 0
    nibabel.save(image, tmp_path / "x.nii")
    assert_is_phantom(load_file(tmp_path / "x.nii"))


@pytest.mark.parametrize(("unit", "factor"), [("meter", 1e-3), ("micron", 1e3)])
def test_nifti_units(unit: str, factor: float, tmp_path: Path) -> None:
    affine = RAS_AFFINE.copy()
    affine[:3] *= factor
    image = nibabel.Nifti1Image(HU.transpose(2, 1, 0), affine)
    image.header.set_xyzt_units(unit)
    nibabel.save(image, tmp_path / "x.nii")
    assert max(blob_errors_mm(load_file(tmp_path / "x.nii")).values()) <= 0.01


def test_nifti_scaling_and_not_a_number(tmp_path: Path) -> None:
    values = HU.astype(np.float32)
    values[2] = np.nan
    nibabel.save(nifti("<f4", values=values), tmp_path / "nan.nii.gz")
    volume = load_file(tmp_path / "nan.nii.gz")
    assert volume.padding is not None
    assert volume.padding[2].all()
    assert volume.padding.sum() == volume.padding[2].size
    image = nifti(values=((HU + 1024) // 2).astype(np.int16))
    image.header.set_slope_inter(2, -1024)
    nibabel.save(image, tmp_path / "scaled.nii")
    content = bytearray((tmp_path / "scaled.nii").read_bytes())
    content[112:120] = np.array([2, -1024], "<f4").tobytes()
    (tmp_path / "scaled.nii").write_bytes(content)
    assert np.abs(load_file(tmp_path / "scaled.nii").hu - HU).max() <= 1


def test_two_nifti_origins_are_mentioned(tmp_path: Path) -> None:
    image = nifti()
    moved = RAS_AFFINE.copy()
    moved[2, 3] += 5
    image.header.set_qform(moved, 1)
    nibabel.save(image, tmp_path / "x.nii")
    volume = load_file(tmp_path / "x.nii")
    assert "two origins 5.0 mm apart" in volume.notes[0]
    assert max(blob_errors_mm(volume).values()) <= 0.01


def test_two_nifti_voxel_sizes_are_refused(tmp_path: Path) -> None:
    image = nifti()
    image.header.set_qform(RAS_AFFINE @ np.diag([1, 1, 1.2, 1]), 1)
    nibabel.save(image, tmp_path / "x.nii")
    with pytest.raises(CTViewerError, match="two voxel sizes"):
        load_file(tmp_path / "x.nii")


def test_sheared_nifti_is_refused(tmp_path: Path) -> None:
    sheared = RAS_AFFINE.copy()
    sheared[1, 2] += 0.8
    image = nibabel.Nifti1Image(HU.transpose(2, 1, 0), None)
    image.header.set_sform(sheared, 1)
    nibabel.save(image, tmp_path / "x.nii")
    with pytest.raises(CTViewerError, match="not perpendicular"):
        load_file(tmp_path / "x.nii")


def test_nifti_pair_of_header_and_image(tmp_path: Path) -> None:
    nibabel.save(nibabel.Nifti1Pair.from_image(nifti()), tmp_path / "x.hdr")
    assert_is_phantom(load_file(tmp_path / "x.hdr"))


def sitk_image(values: np.ndarray = HU) -> sitk.Image:
    image = sitk.GetImageFromArray(values)
    image.SetSpacing((2.0, 2.25, 2.5))
    image.SetOrigin([float(v) for v in LPS_AFFINE[:3, 3]])
    return image


@pytest.mark.parametrize("compress", [False, True])
@pytest.mark.parametrize("name", ["x.nrrd", "x.nhdr", "x.mha", "x.mhd", "x.nii", "x.nii.gz"])
def test_files_written_by_simpleitk(name: str, compress: bool, tmp_path: Path) -> None:
    """LUNA16's layout is one of them: ``.mhd`` with ``.raw`` or ``.zraw``."""
    sitk.WriteImage(sitk_image(), str(tmp_path / name), useCompression=compress)
    assert_is_phantom(load_file(tmp_path / name))


NRRD = (
    "NRRD0005\n# made by hand\ntype: {type}\ndimension: 3\nspace: {space}\nsizes: 60 56 46\n"
    "space directions: {directions}\nkinds: domain domain domain\nendian: {endian}\nencoding: {encoding}\n"
    "space origin: {origin}\n{more}key:=value with: colon\n\n"
)


def write_nrrd(path: Path, data: bytes, space: str = "left-posterior-superior", **values: str) -> Path:
    sign = {"left-posterior-superior": (1, 1), "RAS": (-1, -1), "left-anterior-superior": (1, -1)}[space]
    x, y, z = LPS_AFFINE[:3, 3] * [*sign, 1]
    directions = f"({2.0 * sign[0]},0,0) (0,{2.25 * sign[1]},0) (0,0,2.5)"
    fields = {"type": "short", "endian": "little", "encoding": "raw", "more": ""} | values
    text = NRRD.format(space=space, directions=directions, origin=f"({x},{y},{z})", **fields)
    path.write_bytes(text.encode() + data)
    return path


@pytest.mark.parametrize("space", ["left-posterior-superior", "RAS", "left-anterior-superior"])
def test_nrrd_spaces(space: str, tmp_path: Path) -> None:
    path = write_nrrd(tmp_path / "x.nrrd", HU.tobytes(), space)
    assert_is_phantom(load_file(path))
    np.testing.assert_allclose(sitk.ReadImage(str(path)).GetOrigin(), LPS_AFFINE[:3, 3], atol=1e-6)


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("gzip", gzip.compress(HU.tobytes())),
        ("gzip", gzip.compress(HU.tobytes()[:9999]) + gzip.compress(HU.tobytes()[9999:])),
        ("bzip2", bz2.compress(HU.tobytes())),
        ("ascii", " ".join(map(str, HU.ravel())).encode()),
    ],
)
def test_nrrd_encodings(encoding: str, data: bytes, tmp_path: Path) -> None:
    assert_is_phantom(load_file(write_nrrd(tmp_path / "x.nrrd", data, encoding=encoding)))


def test_nrrd_big_endian_and_byte_skip(tmp_path: Path) -> None:
    big = HU.astype(">i2").tobytes()
    assert_is_phantom(load_file(write_nrrd(tmp_path / "a.nrrd", big, endian="big")))
    assert_is_phantom(load_file(write_nrrd(tmp_path / "b.nrrd", b"skip me" + HU.tobytes(), more="byte skip: 7\n")))
    assert_is_phantom(load_file(write_nrrd(tmp_path / "c.nrrd", b"junk!" + HU.tobytes(), more="byte skip: -1\n")))


@pytest.mark.parametrize("said", ["voxels.raw", "./voxels.raw", "VOXELS.RAW"])
def test_nrrd_with_its_data_beside_it(said: str, tmp_path: Path) -> None:
    (tmp_path / "voxels.raw").write_bytes(HU.tobytes())
    assert_is_phantom(load_file(write_nrrd(tmp_path / "x.nhdr", b"", more=f"data file: {said}\n")))


def test_metaimage_with_zlib_inside(tmp_path: Path) -> None:
    header = (
        "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\nCompressedData = True\n"
        "TransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = {} {} {}\nCenterOfRotation = 0 0 0\n"
        "AnatomicalOrientation = RAI\n"
        "ElementSpacing = 2 2.25 2.5\nDimSize = 60 56 46\nElementType = MET_SHORT\nElementDataFile = LOCAL\n"
    ).format(*LPS_AFFINE[:3, 3])
    (tmp_path / "x.mha").write_bytes(header.encode() + zlib.compress(HU.tobytes()))
    assert_is_phantom(load_file(tmp_path / "x.mha"))


UNSCANNED = np.where(np.arange(60) < 5, -2000, HU + 1024)
"""Stored values without their intercept, and a rim that was never scanned."""


@pytest.mark.parametrize("values", [np.clip(HU, 0, 200), (HU.astype(float) - HU.mean()) / HU.std(), UNSCANNED])
def test_values_that_are_no_hu_are_shown_but_marked(values: np.ndarray, tmp_path: Path) -> None:
    nibabel.save(nifti("<f4", values=values), tmp_path / "x.nii")
    volume = load_file(tmp_path / "x.nii")
    assert not volume.is_hu
    assert "not Hounsfield units" in " ".join(volume.notes)


def test_bytes_are_not_offered_to_the_models(tmp_path: Path) -> None:
    nibabel.save(nifti("|u1", values=np.clip(HU, 0, 3)), tmp_path / "x.nii.gz")
    assert "single bytes" in open_path(tmp_path / "x.nii.gz")[1].ai_exclusion


@pytest.mark.parametrize("name", ["x.nii", "x.nii.gz", "x.nrrd", "x.mha"])
def test_truncated_data_are_refused(name: str, tmp_path: Path) -> None:
    sitk.WriteImage(sitk_image(), str(tmp_path / name), useCompression=name != "x.nii")
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[: len(content) * 2 // 3])
    with pytest.raises(UnreadableFileError, match=r"truncated|has \d"):
        load_file(tmp_path / name)


@pytest.mark.parametrize("name", ["x.nii.gz", "x.nrrd", "x.mha"])
def test_damaged_compressed_data_are_refused(name: str, tmp_path: Path) -> None:
    sitk.WriteImage(sitk_image(), str(tmp_path / name), useCompression=True)
    content = bytearray((tmp_path / name).read_bytes())
    middle = len(content) // 2
    content[middle : middle + 64] = bytes(64)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableFileError, match=r"damaged|truncated"):
        load_file(tmp_path / name)


@pytest.fixture
def volume(tmp_path: Path) -> Volume:
    nibabel.save(nifti(), tmp_path / "scan.nii")
    return load_file(tmp_path / "scan.nii")


@pytest.mark.parametrize("suffix", [".nii.gz", ".nii", ".nrrd", ".mha"])
def test_mask_round_trip(suffix: str, volume: Volume, tmp_path: Path) -> None:
    labels = (np.random.default_rng(3).integers(0, 4, volume.hu.shape)).astype(np.uint8)
    write_labels(tmp_path / f"mask{suffix}", labels, volume)
    np.testing.assert_array_equal(read_labels(tmp_path / f"mask{suffix}", volume), labels)
    assert [p.name for p in tmp_path.iterdir() if "mask" in p.name] == [f"mask{suffix}"]  # no temporary left


def test_mask_of_another_grid_is_refused(volume: Volume, tmp_path: Path) -> None:
    other = sitk_image(np.zeros(HU.shape, np.uint8))
    other.SetOrigin((0.0, 0.0, 0.0))
    sitk.WriteImage(other, str(tmp_path / "moved.nrrd"))
    with pytest.raises(GeometryMismatchError, match="shifted against the scan by"):
        read_labels(tmp_path / "moved.nrrd", volume)
    sitk.WriteImage(sitk_image(np.zeros((3, 4, 5), np.uint8)), str(tmp_path / "small.nrrd"))
    with pytest.raises(GeometryMismatchError, match="5×4×3 voxels"):
        read_labels(tmp_path / "small.nrrd", volume)


def test_mask_with_fractions_is_refused(volume: Volume, tmp_path: Path) -> None:
    sitk.WriteImage(sitk_image(np.full(HU.shape, 0.5, np.float32)), str(tmp_path / "soft.nrrd"))
    with pytest.raises(UnreadableFileError, match="no labels"):
        read_labels(tmp_path / "soft.nrrd", volume)


def test_mask_writing_refuses_wrong_shape_and_unknown_ending(volume: Volume, tmp_path: Path) -> None:
    with pytest.raises(GeometryMismatchError):
        write_labels(tmp_path / "m.nii.gz", np.zeros((1, 2, 3), np.uint8), volume)
    with pytest.raises(StoreError, match="no known ending"):
        write_labels(tmp_path / "m.png", np.zeros(volume.hu.shape, np.uint8), volume)


def test_sitk_bridge_round_trip(volume: Volume) -> None:
    array, geometry = from_sitk(to_sitk(volume.hu, volume.geometry))
    np.testing.assert_array_equal(array, volume.hu)
    assert geometry.same_grid(volume.geometry)
