"""Many studies without a window: what may be kept of an earlier run, and what a full disk leaves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ctviewer.config import atomic
from ctviewer.domain.errors import NotEnoughSpaceError
from ctviewer.domain.study import StudyIndex
from ctviewer.services import analysis_files
from ctviewer.services.analyzing import AnalysisOptions, analyze
from ctviewer.services.batch import CohortRow, Outcome, analyze_studies
from ctviewer.services.demo_study import demo_study
from ctviewer.services.study_loading import open_path
from ctviewer.store.model_registry import ModelRegistry
from tests.support.registries import everything_is, registry_with
from tests.support.small_disk import fill, small_disk
from tests.support.synthetic import TINY

CPU = AnalysisOptions(device="cpu")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> StudyIndex:
    return open_path(demo_study(tmp_path_factory.mktemp("demo"), TINY))[0]


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> ModelRegistry:
    folder = tmp_path_factory.mktemp("models")
    return registry_with(folder, everything_is(2, folder / "a"))


@pytest.fixture(scope="module")
def done(index: StudyIndex, registry: ModelRegistry, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    assert outcomes(analyze_studies(index, out, registry, CPU)) == [Outcome.DONE]
    return out


def outcomes(rows: list[CohortRow]) -> list[Outcome]:
    return [row.outcome for row in rows]


def folder_in(out: Path) -> Path:
    (folder,) = (p for p in out.iterdir() if p.is_dir())
    return folder


def test_a_finished_study_is_kept_only_with_all_its_files_as_they_were(
    done: Path, index: StudyIndex, registry: ModelRegistry
) -> None:
    assert outcomes(analyze_studies(index, done, registry, CPU)) == [Outcome.KEPT]
    mask = folder_in(done) / "segmentation.nii.gz"
    mask.write_bytes(mask.read_bytes()[:-9])
    assert outcomes(analyze_studies(index, done, registry, CPU)) == [Outcome.DONE]
    (folder_in(done) / "report.html").unlink()
    assert outcomes(analyze_studies(index, done, registry, CPU)) == [Outcome.DONE]
    assert outcomes(analyze_studies(index, done, registry, replace(CPU, language="ru"))) == [Outcome.DONE]
    assert outcomes(analyze_studies(index, done, registry, replace(CPU, language="ru"))) == [Outcome.KEPT]


def test_a_folder_nothing_of_which_can_be_used_is_a_row(tmp_path: Path, registry: ModelRegistry) -> None:
    demo_study(tmp_path / "studies" / "good", TINY)
    broken = tmp_path / "studies" / "broken"
    broken.mkdir()
    for file in sorted((tmp_path / "studies" / "good").rglob("*.dcm"))[:3]:
        (broken / file.name).write_bytes(file.read_bytes()[:-1000])
    rows = analyze_studies(open_path(tmp_path / "studies")[0], tmp_path / "out", registry, CPU)
    assert outcomes(rows) == [Outcome.DONE, Outcome.REFUSED]
    assert rows[1].series_description == "broken"
    assert rows[1].reason.startswith("None of 3 files can be used. The first")
    assert "broken" in (tmp_path / "out" / "cohort.csv").read_text(encoding="utf-8-sig")


def test_a_run_that_is_killed_while_its_results_take_their_place_is_not_kept(
    done: Path, index: StudyIndex, registry: ModelRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_: Path) -> None:
        raise SystemExit

    monkeypatch.setattr(analysis_files, "flush_folder", killed)
    monkeypatch.setattr(analysis_files, "RESULTS", analysis_files.RESULTS[:3])  # the last that was put in place
    with pytest.raises(SystemExit):
        analyze_studies(index, done, registry, replace(CPU, language="en"))
    monkeypatch.undo()
    assert outcomes(analyze_studies(index, done, registry, replace(CPU, language="en"))) == [Outcome.DONE]


@pytest.mark.parametrize("before_writing", [True, False], ids=["seen before", "seen while writing"])
def test_results_of_an_earlier_run_outlive_a_full_disk(
    index: StudyIndex, registry: ModelRegistry, tmp_path: Path, before_writing: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not before_writing:
        monkeypatch.setattr(atomic, "check_free_space", lambda *_: None)
    source = index.series[0].paths[0].parent
    with small_disk(tmp_path / "disk") as disk:
        out = disk / "out"
        analyze(source, out, registry, CPU)
        before = {path.name: path.read_bytes() for path in out.iterdir()}
        ballast = fill(disk, leave_kb=8)
        with pytest.raises(NotEnoughSpaceError, match="MB free"):
            analyze(source, out, registry, CPU)
        assert {path.name: path.read_bytes() for path in out.iterdir()} == before
        ballast.unlink()
        analyze(source, out, registry, CPU)
