"""The headless analysis, with small real models on the synthetic thorax."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import nibabel
import numpy as np
import pytest

from ctviewer.domain.errors import CTViewerError, ModelError, NotApplicableError, OperationCancelled, StoreError
from ctviewer.domain.progress import CancelToken, Progress
from ctviewer.domain.report import NOT_FOR_DIAGNOSIS
from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.io.dicom_masks import read_dicom_seg
from ctviewer.services import analyzing
from ctviewer.services.analyzing import AnalysisOptions, analyze
from ctviewer.services.demo_study import demo_study
from ctviewer.services.study_loading import load, open_path
from ctviewer.store.model_registry import ModelRegistry
from tests.support.registries import CLASSES, everything_is, registry_with, tiny_classifier
from tests.support.synthetic import SMALL

CPU = AnalysisOptions(device="cpu")
WHOLE_ML = 300.0 * 358.4 * 358.4 / 1000


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_study(tmp_path_factory.mktemp("demo"), SMALL)


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> ModelRegistry:
    folder = tmp_path_factory.mktemp("models")
    return registry_with(folder, everything_is(2, folder / "a"), tiny_classifier(folder / "b"))


@pytest.fixture(scope="module")
def analysed(study: Path, registry: ModelRegistry, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, Path]:
    out = tmp_path_factory.mktemp("out") / "new" / "folder"
    return analyze(study, out, registry, CPU), out


@pytest.fixture(scope="module")
def classified(study: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, Path]:
    """With a classifier alone: a mask that is lung everywhere would only lead it astray."""
    folder = tmp_path_factory.mktemp("ph")
    out = folder / "out"
    out.mkdir()
    (out / "segmentation.dcm").write_bytes(b"of another scan")
    return analyze(study, out, registry_with(folder, tiny_classifier(folder / "b")), CPU), out


def test_report_on_disk_is_what_was_returned(analysed: tuple[dict, Path]) -> None:
    report, out = analysed
    assert json.loads((out / "report.json").read_text(encoding="utf-8")) == report
    assert sorted(p.name for p in out.iterdir()) == sorted(
        ["report.json", "segmentation.dcm", "segmentation.nii.gz", *report["files"]]
    )
    assert report["files"] == ["report.html", "figures.csv", "figures_sr.dcm"]


def test_report_tells_volumes_models_and_seconds(analysed: tuple[dict, Path], registry: ModelRegistry) -> None:
    report, _ = analysed
    assert report["volumes_ml"]["left_lung"] == 0.0
    assert report["volumes_ml"]["right_lung"] == pytest.approx(WHOLE_ML, rel=1e-4)
    used = report["segmentation"]["model"]
    assert (used["ref"], used["weights_sha256"]) == ("mini@1", registry.get("mini@1").manifest.weights_sha256)
    assert set(report["seconds"]) >= {"load", "segment", "classify", "write", "total"}
    assert report["seconds"]["total"] >= sum(report["seconds"][s] for s in ("load", "segment", "classify"))
    assert report["peak_rss_mb"] > 50
    assert report["notice"] == NOT_FOR_DIAGNOSIS
    assert report["input"]["is_synthetic"] is True


def test_report_names_class_and_slice(classified: tuple[dict, Path], study: Path) -> None:
    ph = classified[0]["ph"]
    assert ph["applicable"] is True
    assert ph["model"]["ref"] == "tiny-ph@1"
    assert list(ph["probabilities"]) == list(CLASSES)
    assert sum(ph["probabilities"].values()) == pytest.approx(1.0, abs=1e-3)
    assert ph["class"] == max(ph["probabilities"], key=ph["probabilities"].__getitem__)
    volume = load(open_path(study)[1])
    k = ph["slice"]["index"]
    assert ph["slice"]["sop_instance_uid"] == volume.source.sop_instance_uids[k]
    assert 150 < ph["slice"]["position_lps_mm"][2] < 200  # the phantom's pulmonary trunk


def test_masks_lie_on_the_scans_own_grid(analysed: tuple[dict, Path], study: Path) -> None:
    _, out = analysed
    volume = load(open_path(study)[1])
    nifti = nibabel.load(out / "segmentation.nii.gz")
    assert np.array_equal(np.unique(np.asarray(nifti.dataobj)), [2])
    ras = np.diag([-1.0, -1.0, 1.0, 1.0])
    assert np.allclose(nifti.affine, ras @ volume.geometry.affine[:, [2, 1, 0, 3]], atol=1e-3)
    assert (read_dicom_seg(out / "segmentation.dcm", volume) == 2).all()


def test_a_missing_classifier_is_said_and_the_rest_is_done(study: Path, tmp_path: Path) -> None:
    registry = registry_with(tmp_path, everything_is(1, tmp_path / "a"))
    report = analyze(study, tmp_path / "out", registry, CPU)
    assert report["ph"]["applicable"] is False
    assert report["ph"]["reason"]
    assert report["volumes_ml"]["left_lung"] > 0


def test_a_missing_segmenter_is_said_and_the_rest_is_done(classified: tuple[dict, Path]) -> None:
    report, out = classified
    assert report["segmentation"]["applicable"] is False
    assert report["volumes_ml"] == {}
    assert not [p.name for p in out.iterdir() if p.name.startswith("segmentation")]


def test_an_unsuitable_mask_does_not_stop_the_report(analysed: tuple[dict, Path]) -> None:
    ph = analysed[0]["ph"]
    assert ph["applicable"] is False
    assert "classified" in ph["reason"] or "trunk" in ph["reason"]


def test_without_any_model_there_is_a_sentence_and_no_report(study: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        analyze(study, tmp_path / "out", registry_with(tmp_path), CPU)
    assert not (tmp_path / "out" / "report.json").exists()


def test_a_model_asked_for_by_name_must_exist(study: Path, registry: ModelRegistry, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="mini@7"):
        analyze(study, tmp_path / "out", registry, replace(CPU, model_ref="mini@7"))


def test_an_empty_mask_is_no_dicom_object(study: Path, tmp_path: Path) -> None:
    report = analyze(study, tmp_path / "out", registry_with(tmp_path, everything_is(0, tmp_path / "a")), CPU)
    assert report["segmentation"]["dicom"] is None
    assert "empty" in report["segmentation"]["no_dicom_because"]
    assert not (tmp_path / "out" / "segmentation.dcm").exists()
    assert set(report["volumes_ml"]) == {s.key for s in CHEST_SEGMENTS}


def test_nifti_input_gives_no_dicom_object(
    analysed: tuple[dict, Path], registry: ModelRegistry, tmp_path: Path
) -> None:
    _, out = analysed
    scan = nibabel.load(out / "segmentation.nii.gz")
    hu = np.full(scan.shape, -1000, np.int16)
    hu[20:80, 20:80] = 40
    nibabel.save(nibabel.Nifti1Image(hu, scan.affine), tmp_path / "scan.nii.gz")
    report = analyze(tmp_path / "scan.nii.gz", tmp_path / "out", registry, CPU)
    assert report["input"]["format"] == "nifti"
    assert "not a DICOM series" in report["segmentation"]["no_dicom_because"]
    written = nibabel.load(tmp_path / "out" / "segmentation.nii.gz")
    assert written.shape == scan.shape
    assert np.allclose(written.affine, scan.affine, atol=1e-4)


def test_values_that_are_not_hu_are_refused(
    study: Path, registry: ModelRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analyzing, "load", lambda *args: replace(load(*args), is_hu=False))
    with pytest.raises(NotApplicableError, match="Hounsfield"):
        analyze(study, tmp_path / "out", registry, CPU)


def test_progress_rises_to_the_end(study: Path, registry: ModelRegistry, tmp_path: Path) -> None:
    reports: list[Progress] = []
    analyze(study, tmp_path / "out", registry, CPU, progress=reports.append)
    fractions = [r.fraction for r in reports]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_cancel_stops_before_anything_is_written(study: Path, registry: ModelRegistry, tmp_path: Path) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(OperationCancelled):
        analyze(study, tmp_path / "out", registry, CPU, cancel=token)
    assert list((tmp_path / "out").iterdir()) == []


def test_the_result_folder_is_checked_before_the_work(study: Path, registry: ModelRegistry, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    started: list[Progress] = []
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises((CTViewerError, StoreError), match="file"):
            analyze(study, out, registry, CPU, progress=started.append)
    assert started == []
