"""The report: figures, page in two languages, files, and a folder of studies."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import highdicom
import numpy as np
import pydicom
import pytest

from ctviewer.config.paths import resource
from ctviewer.domain.errors import ExportRefusedError, OperationCancelled
from ctviewer.domain.measurement_values import Quantity, QuantityName
from ctviewer.domain.overlay_look import OutlineStyle, OverlayLook, SegmentLook, plain_outlines
from ctviewer.domain.ph_evidence import CutOff
from ctviewer.domain.prediction import Classification, ModelIdentity
from ctviewer.domain.progress import CancelToken
from ctviewer.domain.report import EvidenceRow, MeasurementRow, Report
from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.domain.volume import Volume
from ctviewer.io.dicom_sr import write_dicom_sr, write_encapsulated_pdf
from ctviewer.services.analyzing import AnalysisOptions
from ctviewer.services.batch import Outcome, analyze_studies, studies_of
from ctviewer.services.demo_study import demo_study
from ctviewer.services.report_files import figure_rows
from ctviewer.services.report_html import render_html, translator
from ctviewer.services.reporting import Findings, PriorVolumes, build_report
from ctviewer.services.study_loading import load, open_path
from ctviewer.store.impressions import Impressions
from ctviewer.store.model_registry import ModelRegistry
from tests.support.registries import everything_is, registry_with
from tests.support.synthetic import SMALL
from tests.support.volumes import volume as small_volume

MODEL = ModelIdentity("net", "1.2.0", "ab" * 32, "Net")
LIMIT = CutOff(29.5, "Truong 2012", "Truong QA et al. 2012", "M", includes_limit=False)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_study(tmp_path_factory.mktemp("demo"), SMALL)


@pytest.fixture(scope="module")
def scan(study: Path) -> Volume:
    return load(open_path(study)[1])


@pytest.fixture(scope="module")
def labels(scan: Volume) -> np.ndarray:
    mask = np.zeros(scan.hu.shape, np.uint8)
    middle = scan.hu.shape[2] // 2
    mask[5:20, 20:60, middle + 5 : middle + 30] = 1
    mask[5:20, 20:60, middle - 30 : middle - 5] = 2
    return mask


@pytest.fixture(scope="module")
def report(scan: Volume, labels: np.ndarray) -> Report:
    classification = Classification(
        ("Control", "Group 1"), (0.25, 0.75), 10, np.zeros((8, 8), np.uint8), MODEL, notes=("By hand.",)
    )
    findings = Findings(
        labels=labels,
        segmentation_model=MODEL,
        classification=classification,
        class_meanings=("none", "some"),
        evidence=(EvidenceRow("Pulmonary trunk", 31.26, "mm", (LIMIT,), ("3 of 3 cut-offs reached",)),),
        measurements=(MeasurementRow("Nodule <1>", (Quantity(QuantityName.LENGTH, 12.5, "mm"),), 7),),
        prior=PriorVolumes("“Chest”, 2024-01-01", {"left_lung": 100.0}),
        impression="First line\n<script>second</script>",
    )
    return build_report(scan, findings)


def test_volumes_and_shares_are_those_of_the_mask(report: Report, scan: Volume, labels: np.ndarray) -> None:
    left = report.structures[0]
    assert left.volume_ml == pytest.approx(np.count_nonzero(labels == 1) * scan.geometry.voxel_volume_ml)
    inside = scan.hu[labels == 1]
    assert left.low_attenuation_share == pytest.approx(np.mean(inside < -950))
    assert left.hu_mean == pytest.approx(inside.mean())
    assert left.prior_volume_ml == 100.0
    assert report.structures[2].volume_ml == 0


def test_a_share_of_nothing_is_not_zero(scan: Volume, labels: np.ndarray) -> None:
    only_left = np.where(labels == 1, labels, 0).astype(np.uint8)
    rows = build_report(scan, Findings(labels=only_left)).structures
    assert [row.low_attenuation_share is None for row in rows] == [False, True, True]
    uncalibrated = build_report(replace(scan, is_hu=False), Findings(labels=only_left)).structures
    assert uncalibrated[0].low_attenuation_share is None


def test_the_page_escapes_what_people_typed(report: Report) -> None:
    page = render_html(report)
    assert "<script>" not in page
    assert "&lt;script&gt;second" in page
    assert "Nodule &lt;1&gt;" in page


def test_the_page_says_figures_and_where_they_come_from(report: Report) -> None:
    page = render_html(report)
    for words in (
        "31.3 mm",
        "&gt; 29.5 mm (men)",
        "Truong QA et al. 2012",
        "75 %",
        "Net 1.2.0",
        "not for diagnostic use",
        "SYNTHETIC",
    ):
        assert words in page
    assert "http" not in page.replace("http-equiv", "")  # nothing is fetched from anywhere


def test_russian_has_its_words_and_decimal_comma(report: Report) -> None:
    page = render_html(report, "ru")
    assert "31,3 мм" in page
    assert "Левое лёгкое" in page
    for english in ("Left lung", "Impression", "Who says so", "Coronal slice"):
        assert english not in page


def test_sentences_from_below_and_measurements_are_russian_too(report: Report) -> None:
    slice_note = "Slice 47 was chosen: 21 mm below the carina, by carina and enhanced vessels."
    told = replace(
        report,
        ph=replace(report.ph, notes=(slice_note,)),
        geometry_notes=("12 slices are missing at z 3: left empty, not closed.",),
    )
    page = render_html(told, "ru")
    evidence = ("Лёгочный ствол", "&gt; 29,5 мм (мужчины)", "достигнуто порогов: 3 из 3")
    for words in ("длина 12,5 мм", "Группа 1", "Выбран срез 47", *evidence):
        assert words in page
    assert "was chosen" not in page
    assert "are missing" not in page
    untouched = render_html(told)
    assert slice_note in untouched
    assert "length 12.5 mm" in untouched


def test_every_word_of_the_page_has_a_russian_one() -> None:
    template = (resource("report") / "report.html").read_text(encoding="utf-8")
    words = set(re.findall(r'_\("([^"]+)"\)', template)) - {"ID"}
    words |= {segment.name for segment in CHEST_SEGMENTS}
    words |= {"Segmentation", "PH class", "saved a draft", "accepted the mask", "corrected the mask"}
    words |= {name.value for name in QuantityName}
    translate = translator("ru")
    assert not sorted(word for word in words if translate(word) == word)


def test_without_identity_no_name_date_or_number_is_on_the_page(report: Report) -> None:
    named = replace(
        report,
        subject=replace(
            report.subject, patient_name="Ivanova^Maria", patient_id="P-77", birth_date="19600203",
            study_date="20240506", accession_number="A-99", study_description="Chest Ivanova",
        ),
    )  # fmt: skip
    page = render_html(named, with_identity=False)
    for word in ("Ivanova", "P-77", "1960", "2024-05-06", "A-99"):
        assert word not in page
    assert "Ivanova" in render_html(named)


def test_sides_are_written_on_the_key_images(scan: Volume, labels: np.ndarray) -> None:
    from ctviewer.domain.planes import Plane
    from ctviewer.services.report_images import draw
    from ctviewer.services.reporting import LUNG_WINDOW

    only_left = np.where(labels == 1, labels, 0).astype(np.uint8)
    for plane, index in ((Plane.AXIAL, 10), (Plane.CORONAL, 40)):
        picture = draw(scan, plane, index, LUNG_WINDOW, only_left, plain_outlines(CHEST_SEGMENTS))
        columns = np.nonzero((picture == CHEST_SEGMENTS[0].color).all(axis=2))[1]
        assert columns.size
        assert columns.min() > picture.shape[1] / 2  # the patient's left is on the right of the picture


def test_key_images_look_like_the_screen(scan: Volume, labels: np.ndarray) -> None:
    from ctviewer.domain.planes import Plane
    from ctviewer.services.report_images import draw
    from ctviewer.services.reporting import LUNG_WINDOW

    left, right, trachea = CHEST_SEGMENTS

    def drawn(look: OverlayLook) -> np.ndarray:
        return draw(scan, Plane.AXIAL, 10, LUNG_WINDOW, labels, look).astype(int)

    bare = drawn(OverlayLook(()))
    faint = (SegmentLook(left, opacity=0.5), SegmentLook(right, is_visible=False), SegmentLook(trachea))
    outline, fill = drawn(OverlayLook(faint)), drawn(OverlayLook(faint, 0.4, as_outlines=False))
    for picture, share in ((outline, 0.5), (fill, 0.2)):
        changed = (picture != bare).any(axis=2)
        assert changed.any()
        assert not changed[:, : changed.shape[1] // 2].any()  # the right lung is hidden
        expected = bare[changed] * (1 - share) + np.array(left.color) * share
        assert np.abs(picture[changed] - expected).max() <= 1
    assert (fill != bare).sum() > 3 * (outline != bare).sum()
    dotted = drawn(OverlayLook((SegmentLook(left, outline=OutlineStyle.DOTTED, opacity=0.5),)))
    assert 0 < (dotted != bare).sum() < (outline != bare).sum()


def test_figures_are_rows(report: Report) -> None:
    rows = figure_rows(report)
    assert ("ph", "Group 1", "probability", "0.75", "") in rows
    assert ("evidence", "Pulmonary trunk", "value", "31.26", "mm") in rows


def test_structured_report_is_valid_and_holds_the_figures(report: Report, scan: Volume, tmp_path: Path) -> None:
    write_dicom_sr(tmp_path / "sr.dcm", report, scan)
    data_set = pydicom.dcmread(tmp_path / "sr.dcm")
    assert data_set.StudyInstanceUID == scan.series.study_uid
    sr = highdicom.sr.ComprehensiveSR.from_dataset(data_set)
    groups = sr.content.get_planar_roi_measurement_groups() + sr.content.get_image_measurement_groups()
    volumes = {
        group.finding_sites[0].laterality.meaning: measurement.value
        for group in groups
        if group.finding_sites
        for measurement in group.get_measurements()
        if measurement.name.value == "118565006"
    }
    assert volumes["Left"] == pytest.approx(report.structures[0].volume_ml, rel=1e-3)
    _check_with_dciodvfy(tmp_path / "sr.dcm")


def test_encapsulated_pdf_is_valid_and_holds_the_page(scan: Volume, tmp_path: Path) -> None:
    page = b"%PDF-1.4 odd length"
    write_encapsulated_pdf(tmp_path / "page.dcm", page, scan)
    data_set = pydicom.dcmread(tmp_path / "page.dcm")
    assert data_set.EncapsulatedDocument[: data_set.EncapsulatedDocumentLength] == page
    assert data_set.PatientID == scan.series.patient.patient_id
    _check_with_dciodvfy(tmp_path / "page.dcm")


def test_no_dicom_object_refers_to_nothing(report: Report, tmp_path: Path) -> None:
    with pytest.raises(ExportRefusedError):
        write_dicom_sr(tmp_path / "sr.dcm", report, small_volume())
    assert not list(tmp_path.iterdir())


def test_impressions_are_kept_by_series(tmp_path: Path) -> None:
    kept = Impressions(tmp_path / "impressions")
    assert kept.read("a") == ""
    kept.write("a", "Без особенностей.")
    kept.write("b", "other")
    assert Impressions(tmp_path / "impressions").read("a") == "Без особенностей."


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> ModelRegistry:
    folder = tmp_path_factory.mktemp("models")
    return registry_with(folder, everything_is(1, folder / "a"))


@pytest.fixture
def several(tmp_path: Path) -> Path:
    """One patient scanned twice, and a study whose values are not HU."""
    root = tmp_path / "studies"
    for number, date in enumerate(("20240101", "20250101", "20250202")):
        folder = demo_study(root / str(number), SMALL)
        for path in folder.rglob("*.dcm"):
            data_set = pydicom.dcmread(path)
            for name in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "FrameOfReferenceUID"):
                setattr(data_set, name, f"{getattr(data_set, name)[:50]}.{number + 1}")
            data_set.file_meta.MediaStorageSOPInstanceUID = data_set.SOPInstanceUID
            data_set.StudyDate = date
            if number == 2:
                data_set.PatientID = "SYNTHETIC-OTHER"
                del data_set.RescaleIntercept, data_set.RescaleSlope
            data_set.save_as(path)
    return root


def test_a_folder_of_studies_gives_a_table_and_goes_on_where_it_stopped(
    several: Path, registry: ModelRegistry, tmp_path: Path
) -> None:
    index, _ = open_path(several)
    assert len(studies_of(index)) == 3
    out = tmp_path / "out"
    out.mkdir()
    options = AnalysisOptions(device="cpu")
    token = CancelToken()
    with pytest.raises(OperationCancelled):
        analyze_studies(index, out, registry, options, cancel=token, on_study=lambda _: token.cancel())
    assert len(json.loads((out / "cohort.json").read_text(encoding="utf-8"))) == 1

    rows = analyze_studies(index, out, registry, options)
    by_date = {row.study_date: row for row in rows}
    first = next(row for row in rows if row.outcome is Outcome.KEPT or row.outcome is Outcome.REFUSED)
    assert first.outcome in (Outcome.KEPT, Outcome.REFUSED)  # the finished one is not computed again
    assert by_date["20250202"].outcome is Outcome.REFUSED
    assert by_date["20250202"].reason
    assert {by_date["20240101"].outcome, by_date["20250101"].outcome} <= {Outcome.KEPT, Outcome.DONE}
    with (out / "cohort.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    assert [row["study_date"] for row in table] == [row.study_date for row in rows]
    later = out / by_date["20250101"].folder / "report.html"
    assert "Compared with" in later.read_text(encoding="utf-8")
    again = analyze_studies(index, out, registry, options)
    assert all(row.outcome in (Outcome.KEPT, Outcome.REFUSED) for row in again)


def _check_with_dciodvfy(path: Path) -> None:
    if shutil.which("dciodvfy") is None:
        pytest.fail("dciodvfy is missing; packaging/test installs it (dicom3tools).")
    said = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=False)
    assert not [line for line in (said.stdout + said.stderr).splitlines() if line.startswith("Error")]
