"""The demo study: written once, marked synthetic, never half."""

from __future__ import annotations

import os
from pathlib import Path

import pydicom
import pytest

from ctviewer.config.paths import DATA_DIR_VARIABLE
from ctviewer.domain.errors import NotEnoughSpaceError, OperationCancelled, StoreError
from ctviewer.domain.progress import CancelToken
from ctviewer.services.demo_study import demo_study
from tests.support.synthetic import TINY


def test_is_written_once_and_reused(tmp_path: Path) -> None:
    folder = demo_study(tmp_path, TINY)
    files = sorted(folder.iterdir())
    assert len(files) == TINY.shape[0]
    stamps = [f.stat().st_mtime_ns for f in files]
    assert demo_study(tmp_path, TINY) == folder
    assert [f.stat().st_mtime_ns for f in sorted(folder.iterdir())] == stamps
    assert sorted(tmp_path.iterdir()) == [folder]


def test_lies_in_the_users_data_folder_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(tmp_path))
    assert tmp_path in demo_study(grid=TINY).parents


def test_is_marked_synthetic(tmp_path: Path) -> None:
    first = min(demo_study(tmp_path, TINY).iterdir())
    assert pydicom.dcmread(first).PatientName.family_name == "SYNTHETIC"


def test_nothing_half_written_remains_after_a_cancel(tmp_path: Path) -> None:
    token = CancelToken()

    def cancel_while_writing(report) -> None:
        if "DICOM" in report.message:
            token.cancel()

    with pytest.raises(OperationCancelled):
        demo_study(tmp_path, TINY, progress=cancel_while_writing, cancel=token)
    assert list(tmp_path.iterdir()) == []
    assert len(list(demo_study(tmp_path, TINY).iterdir())) == TINY.shape[0]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_folder_is_a_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="read-only"):
        demo_study(tmp_path, TINY)


def test_full_disk_is_a_sentence_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ctviewer.services.demo_study.write_ct_series", full)
    with pytest.raises(NotEnoughSpaceError, match="MB free"):
        demo_study(tmp_path, TINY)
    assert list(tmp_path.iterdir()) == []
