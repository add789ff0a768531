"""Which format a file name asks for, and that each comes back exact."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest

from ctviewer.domain.errors import ExportRefusedError, UnreadableFileError
from ctviewer.domain.prediction import ModelIdentity
from ctviewer.domain.volume import Volume
from ctviewer.services.demo_study import demo_study
from ctviewer.services.exporting import FORMATS, export_labels, export_refusal
from ctviewer.services.study_loading import load, open_path
from tests.support.read_back import import_labels
from tests.support.synthetic import TINY, phantom

MODEL = ModelIdentity("m", "1", "a" * 64)


@pytest.fixture(scope="module")
def volume(tmp_path_factory: pytest.TempPathFactory) -> Volume:
    return load(open_path(demo_study(tmp_path_factory.mktemp("demo"), TINY))[1])


@pytest.mark.parametrize("suffix", [suffix for suffix in FORMATS if suffix not in (".stl", ".csv")])
def test_every_format_comes_back_exact(suffix: str, volume: Volume, tmp_path: Path) -> None:
    labels = phantom(TINY).labels
    (path,) = export_labels(tmp_path / f"mask{suffix.upper()}", labels, volume, model=MODEL)
    assert [path] == list(tmp_path.iterdir())
    assert np.array_equal(import_labels(path, volume), labels)
    assert export_refusal(suffix, volume) == ""


def test_an_unknown_ending_is_refused_both_ways(volume: Volume, tmp_path: Path) -> None:
    with pytest.raises(ExportRefusedError, match="no known ending"):
        export_labels(tmp_path / "mask.png", phantom(TINY).labels, volume)
    (tmp_path / "mask.png").write_bytes(b"no mask")
    with pytest.raises(UnreadableFileError, match="ending"):
        import_labels(tmp_path / "mask.png", volume)


def test_dicom_is_not_offered_where_it_would_refer_to_nothing(volume: Volume) -> None:
    incomplete = replace(volume, series=replace(volume.series, identity_complete=False))
    assert "UIDs" in export_refusal(".dcm", incomplete)
    assert export_refusal(".nii.gz", incomplete) == ""


@pytest.mark.parametrize(("model", "expected"), [(None, "MANUAL"), (MODEL, "SEMIAUTOMATIC")])
def test_a_mask_says_whether_a_model_took_part(
    model: ModelIdentity | None, expected: str, volume: Volume, tmp_path: Path
) -> None:
    (path,) = export_labels(tmp_path / "mask.dcm", phantom(TINY).labels, volume, model=model)
    assert {s.SegmentAlgorithmType for s in pydicom.dcmread(path).SegmentSequence} == {expected}
