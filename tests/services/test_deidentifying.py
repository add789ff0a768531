"""What leaves in de-identified form holds none of the identifiers that were planted, in no byte and in no name."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as DicomSequence

from ctviewer.config.secret import installation_secret
from ctviewer.domain.errors import ExportRefusedError, NotEnoughSpaceError, StoreError
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.domain.pseudonym import Dates, Pseudonyms
from ctviewer.domain.segment import CHEST_SEGMENTS, CodedConcept, Segment
from ctviewer.io import deidentify
from ctviewer.io.dicom_masks import read_dicom_seg
from ctviewer.services.deidentifying import export_deidentified
from ctviewer.services.study_loading import load, open_path
from tests.support.ct_phantom import Grid
from tests.support.dicom_files import write_series
from tests.support.small_disk import fill, small_disk
from tests.support.volumes import volume as plain_volume

SECRET = bytes(range(32))
GRID = Grid(shape=(9, 26, 22), pixel_mm=(4.0, 5.0), slice_mm=10.0)
MODEL = ModelIdentity("chest", "1.0.0", "a" * 64, "Chest")
ROOT = "1.2.826.0.1.3680043.10.777"

PLANTED = {
    "name": "Zwetkowa", "given name": "Ludmilla", "non-ASCII name": "Müßigbrodt", "patient id": "PID-4711-X",
    "other id": "OID-0815-Y", "birth date": "19431127", "address": "Lindenallee", "telephone": "555-0199-77",
    "accession": "ACC-998877", "physician": "Quacksalber", "operator": "Technikus", "institution": "Charlottenburg",
    "station": "CTSCAN-ROOM-7", "serial number": "SN-55443322", "study description": "Zwetkowa follow-up",
    "comment": "calls herself Lulu", "private": "PRIVATEZWETKOWA", "nested": "NestedIdentifier",
    "deep nested": "DeepNestedIdentifier", "study UID": f"{ROOT}.11111", "series UID": f"{ROOT}.22222",
    "instance UID": f"{ROOT}.33333", "frame UID": f"{ROOT}.44444", "file meta": "AE-ZWETKOWA",
    "preamble": "PreambleName",
    "overlay": "OverlayName", "curve": "CurveName", "behind the pixels": "TrailingPixelName", "file name": "ludmilla",
    "kernel": "KERNELNAME", "manufacturer": "VendorOfZwetkowa", "image type": "ZWETKOWATYPE", "study date": "20190314",
    "protocol": "Zwetkowa protocol", "padding": "PaddingName", "ideographic name": "山田", "phonetic name": "やまだ",
    "original attributes": "FormerlyZwetkowa", "drawn text": "GraphicName", "signature": "SignatureName",
    "document": "EncapsulatedName", "icon": "IconName", "structured text": "ContentName", "certificate": "SignerName",
    "character set": "UnknownVrName", "file meta private": "MetaPrivateName", "referenced UID": f"{ROOT}.55555",
    "voltage": "471123", "exposure": "84711", "diameter": "471.126",
}  # fmt: skip


def plant(ds: Dataset, k: int) -> None:
    p = PLANTED
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.PatientName = f"{p['name']}^{p['given name']}^{p['non-ASCII name']}"
    ds.PatientID, ds.PatientBirthDate, ds.OtherPatientIDs = p["patient id"], p["birth date"], p["other id"]
    ds.PatientAddress, ds.PatientTelephoneNumbers = p["address"], p["telephone"]
    ds.AccessionNumber, ds.ReferringPhysicianName, ds.OperatorsName = p["accession"], p["physician"], p["operator"]
    ds.InstitutionName, ds.StationName, ds.DeviceSerialNumber = p["institution"], p["station"], p["serial number"]
    ds.StudyDescription, ds.ImageComments, ds.ProtocolName = p["study description"], p["comment"], p["protocol"]
    ds.ConvolutionKernel, ds.Manufacturer = p["kernel"], p["manufacturer"]
    ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL", p["image type"]]
    ds.StudyDate = ds.SeriesDate = p["study date"]
    block = ds.private_block(0x0029, "ZWETKOWA MED", create=True)
    block.add_new(0x10, "LO", p["private"])
    block.add_new(0x11, "OB", p["private"].encode())
    inner, item = Dataset(), Dataset()
    inner.PatientComments = p["deep nested"]
    item.CodeMeaning, item.ReferencedPatientSequence = p["nested"], DicomSequence([inner])
    ds.RequestAttributesSequence = DicomSequence([item])
    ds.StudyInstanceUID, ds.SeriesInstanceUID, ds.FrameOfReferenceUID = p["study UID"], p["series UID"], p["frame UID"]
    ds.SOPInstanceUID = f"{p['instance UID']}.{k}"
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.file_meta.SourceApplicationEntityTitle = p["file meta"]
    ds.preamble = p["preamble"].encode().ljust(128, b"\0")
    ds.add_new(0x60000022, "LO", p["overlay"])
    ds.add_new(0x60003000, "OW", p["overlay"].encode() + b"\0")
    ds.add_new(0x50000022, "LO", p["curve"])
    ds.add_new(0xFFFCFFFC, "OB", p["padding"].encode() + b"\0")
    plant_more(ds)
    ds.PixelData += p["behind the pixels"].encode() + b"\0"


def plant_more(ds: Dataset) -> None:
    """Places that few programs show."""
    p = PLANTED
    ds.PatientName = f"{ds.PatientName}={p['ideographic name']}^={p['phonetic name']}^"
    ds.OriginalAttributesSequence = [_item(ModifiedAttributesSequence=[_item(PatientName=p["original attributes"])])]
    ds.GraphicAnnotationSequence = [_item(TextObjectSequence=[_item(UnformattedTextValue=p["drawn text"])])]
    ds.DigitalSignaturesSequence = [_item(Signature=p["signature"].encode() + b"\0",
                                          CertificateOfSigner=p["certificate"].encode())]  # fmt: skip
    ds.EncapsulatedDocument = p["document"].encode()
    icon = _item(Rows=2, Columns=4, BitsAllocated=8, PixelRepresentation=0, PixelData=p["icon"].encode())
    ds.IconImageSequence = [icon]
    ds.ContentSequence = [_item(ValueType="TEXT", TextValue=p["structured text"])]
    ds.ReferencedImageSequence = [_item(ReferencedSOPInstanceUID=p["referenced UID"])]
    ds.add_new(0x00291012, "UN", p["character set"].encode() + b"\0")
    ds.file_meta.PrivateInformationCreatorUID = ROOT
    ds.file_meta.PrivateInformation = p["file meta private"].encode() + b"\0"
    ds.KVP, ds.ExposureTime, ds.ReconstructionDiameter = p["voltage"], p["exposure"], p["diameter"]


def _item(**values: object) -> Dataset:
    item = Dataset()
    for name, value in values.items():
        setattr(item, name, value)
    return item


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("in") / "Zwetkowa_Ludmilla_19431127"
    write_series(folder, GRID, edit=plant, name=lambda k: f"{PLANTED['file name']}-{k:02}.dcm")
    return folder


def mask(shape: tuple[int, int, int]) -> np.ndarray:
    labels = np.zeros(shape, np.uint8)
    labels[2:6, 5:20, 4:9], labels[2:6, 5:20, 12:18], labels[6:8, 10:14, 9:12] = 2, 1, 7
    return labels


OWN = Segment(7, "lulu", "Lulu Zwetkowa's nodule", (9, 9, 9), CodedConcept("27925004", "Nodule of lung"))


@pytest.mark.parametrize("dates", Dates)
def test_no_planted_identifier_is_in_any_byte_or_name(planted: Path, dates: Dates, tmp_path: Path) -> None:
    assert len(PLANTED) >= 23
    originals = b"".join(path.read_bytes() for path in planted.iterdir())
    missing = [name for name, text in PLANTED.items() if text.encode() not in originals and name != "file name"]
    assert missing == []  # every one really is in the input
    volume = load(open_path(planted)[1])
    labels = mask(volume.hu.shape)
    done = export_deidentified(tmp_path, volume, SECRET, labels, (*CHEST_SEGMENTS, OWN), MODEL, dates=dates)
    assert (done.series, done.has_mask) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == [done.folder.name]
    files = [path for path in done.folder.rglob("*") if path.is_file()]
    assert len(files) == GRID.shape[0] + 1
    found = {
        (name, path.name)
        for path in files
        for name, text in PLANTED.items()
        for code in ("utf-8", "latin-1", "utf-16-le")
        if (text.encode(code, "ignore") and text.encode(code, "ignore").lower() in path.read_bytes().lower())
        or text.lower() in str(path.relative_to(tmp_path)).lower()
    }
    assert found == set()


def test_the_copy_is_the_same_scan_with_the_same_mask(planted: Path, tmp_path: Path) -> None:
    volume = load(open_path(planted)[1])
    labels = mask(volume.hu.shape)
    done = export_deidentified(tmp_path, volume, SECRET, labels, (*CHEST_SEGMENTS, OWN), MODEL)
    copy = load(open_path(done.folder / "ct-1")[1])
    np.testing.assert_array_equal(copy.hu, volume.hu)
    np.testing.assert_allclose(copy.geometry.affine, volume.geometry.affine, atol=1e-6)
    table = (*CHEST_SEGMENTS, Segment(7, "n", "Nodule of lung", (9, 9, 9), OWN.code))
    np.testing.assert_array_equal(read_dicom_seg(done.folder / "segmentation.dcm", copy, table), labels)
    seg = pydicom.dcmread(done.folder / "segmentation.dcm")
    first = pydicom.dcmread(done.folder / "ct-1" / "00001.dcm")
    for name in ("StudyInstanceUID", "FrameOfReferenceUID", "PatientID", "PatientName"):
        assert getattr(seg, name) == getattr(first, name)
    assert first.PatientIdentityRemoved == seg.PatientIdentityRemoved == "YES"
    assert first.DeidentificationMethodCodeSequence[0].CodeValue == "113100"
    assert len({pydicom.dcmread(p).SOPInstanceUID for p in (done.folder / "ct-1").iterdir()}) == GRID.shape[0]
    assert not any(tag.is_private for tag in first)


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (Debian package dicom3tools) is not installed")
@pytest.mark.parametrize("dates", Dates)
def test_copies_are_valid_ct_images(planted: Path, dates: Dates, tmp_path: Path) -> None:
    volume = load(open_path(planted)[1])
    done = export_deidentified(tmp_path, volume, SECRET, mask(volume.hu.shape), (*CHEST_SEGMENTS, OWN), dates=dates)
    for path in (done.folder / "ct-1" / "00003.dcm", done.folder / "segmentation.dcm"):
        out = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=False)
        assert [line for line in (out.stdout + out.stderr).splitlines() if line.startswith("Error")] == []


def test_pseudonyms_are_stable_keyed_and_keep_distances_between_dates() -> None:
    names, others = Pseudonyms(SECRET), Pseudonyms(b"x" * 32)
    assert names.uid("1.2.3") == names.uid("1.2.3") != others.uid("1.2.3")
    assert names.uid("1.2.3").startswith("2.25.")
    assert len(names.uid("1.2.3")) <= 64
    assert names.patient("a") != names.patient("b")
    first, second = names.shifted_date("20240101", "p"), names.shifted_date("20240131", "p")
    assert (np.datetime64(f"{second[:4]}-{second[4:6]}-{second[6:]}") - np.datetime64(
        f"{first[:4]}-{first[4:6]}-{first[6:]}")) == np.timedelta64(30, "D")  # fmt: skip
    assert first < "20240101"
    assert names.shifted_date("rubbish", "p") == names.shifted_date("", "p") == ""


def test_dates_are_removed_or_shifted(planted: Path, tmp_path: Path) -> None:
    volume = load(open_path(planted)[1])
    for dates, expected in (
        (Dates.REMOVED, ""),
        (Dates.SHIFTED, Pseudonyms(SECRET).shifted_date("20190314", "PID-4711-X")),
    ):
        (tmp_path / dates).mkdir()
        done = export_deidentified(tmp_path / dates, volume, SECRET, dates=dates)
        ds = pydicom.dcmread(done.folder / "ct-1" / "00001.dcm")
        assert str(ds.StudyDate) == expected
        assert ds.StudyTime is None or str(ds.StudyTime) == ""
        assert ds.LongitudinalTemporalInformationModified == {"removed": "REMOVED", "shifted": "MODIFIED"}[dates]


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda ds, k: setattr(ds, "BurnedInAnnotation", "YES" if k == 4 else "NO"), "burned into"),
        (lambda ds, _: setattr(ds, "ImageType", ["DERIVED", "SECONDARY"]), "secondary capture"),
    ],
)
def test_pictures_with_text_do_not_leave(edit, sentence: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    write_series(tmp_path / "in", GRID, edit=edit)
    (tmp_path / "out").mkdir()
    volume = load(open_path(tmp_path / "in")[1])
    with pytest.raises(ExportRefusedError, match=sentence):
        export_deidentified(tmp_path / "out", volume, SECRET)
    assert list((tmp_path / "out").iterdir()) == []


def test_an_identifier_that_slips_through_stops_the_export(
    planted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = deidentify.slice_dataset

    def leaky(*args: object) -> Dataset:
        ds = original(*args)  # type: ignore[arg-type]
        if ds.InstanceNumber == 5:
            ds.ImageComments = "for Zwetkowa"
        return ds

    monkeypatch.setattr("ctviewer.services.deidentifying.slice_dataset", leaky)
    with pytest.raises(ExportRefusedError, match="identifies the patient"):
        export_deidentified(tmp_path, load(open_path(planted)[1]), SECRET)
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_is_not_replaced(planted: Path, tmp_path: Path) -> None:
    volume = load(open_path(planted)[1])
    export_deidentified(tmp_path, volume, SECRET)
    with pytest.raises(StoreError, match="exists already"):
        export_deidentified(tmp_path, volume, SECRET)


def test_a_scan_in_another_format_becomes_nifti(tmp_path: Path) -> None:
    from dataclasses import replace

    from ctviewer.domain.study import SourceFormat

    vol = plain_volume()
    vol = replace(vol, series=replace(vol.series, format=SourceFormat.NIFTI))
    done = export_deidentified(tmp_path, vol, SECRET, mask(vol.hu.shape))
    assert sorted(p.name for p in done.folder.iterdir()) == ["mask.nii.gz", "scan.nii.gz"]
    assert b"PATIENT" not in b"".join(p.read_bytes() for p in done.folder.iterdir())


def test_the_secret_is_made_once_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "key"
    secret = installation_secret(path)
    assert len(secret) == 32
    assert installation_secret(path) == secret
    assert os.name == "nt" or path.stat().st_mode & 0o077 == 0
    path.write_bytes(b"short")
    with pytest.raises(StoreError, match="damaged"):
        installation_secret(path)


def test_a_full_disk_leaves_no_half_secret(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        ballast = fill(disk)
        with pytest.raises(NotEnoughSpaceError):
            installation_secret(disk / "key")
        ballast.unlink()
        assert list(disk.iterdir()) == []
        assert len(installation_secret(disk / "key")) == 32


def test_unused_bits_of_the_pixels_do_not_leave(tmp_path: Path) -> None:
    """Twelve bits are stored; the four above them once held overlays, and can hold anything."""
    text = b"HighBitName"

    def edit(ds: Dataset, _: int) -> None:
        pixels = np.clip(np.frombuffer(ds.PixelData, "<i2"), 0, 4095).astype("<u2")
        pixels[: 2 * len(text)] |= np.array([half << 12 for byte in text for half in (byte >> 4, byte & 15)], "<u2")
        ds.BitsStored, ds.HighBit, ds.PixelRepresentation, ds.PixelData = 12, 11, 0, pixels.tobytes()

    write_series(tmp_path / "in", GRID, edit=edit)
    (tmp_path / "out").mkdir()
    volume = load(open_path(tmp_path / "in")[1])
    done = export_deidentified(tmp_path / "out", volume, SECRET)
    assert volume.hu.max() < 4096
    np.testing.assert_array_equal(load(open_path(done.folder / "ct-1")[1]).hu, volume.hu)
