"""Every exporter on a full disk and in a read-only folder: the old file stays, a sentence says what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ctviewer.config import atomic
from ctviewer.domain.errors import NotEnoughSpaceError, StoreError
from ctviewer.domain.volume import Volume
from ctviewer.services.deidentifying import export_deidentified
from ctviewer.services.demo_study import demo_study
from ctviewer.services.exporting import FORMATS, export_labels
from ctviewer.services.study_loading import load, open_path
from tests.support.small_disk import fill, set_read_only, small_disk
from tests.support.synthetic import TINY, phantom

SECRET = b"s" * 32


@pytest.fixture(scope="module")
def volume(tmp_path_factory: pytest.TempPathFactory) -> Volume:
    return load(open_path(demo_study(tmp_path_factory.mktemp("demo"), TINY))[1])


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with small_disk(tmp_path_factory.mktemp("small") / "disk") as folder:
        yield folder


def other_mask() -> np.ndarray:
    """Not the one that is on the disk already."""
    return np.roll(phantom(TINY).labels, 1, axis=2)


@pytest.fixture(scope="module")
def old_files(volume: Volume, disk: Path) -> dict[str, Path]:
    return {s: export_labels(disk / f"mask{s}", phantom(TINY).labels, volume)[0] for s in FORMATS}


@pytest.mark.parametrize("before_writing", [True, False], ids=["seen before", "seen while writing"])
@pytest.mark.parametrize("suffix", FORMATS)
def test_full_disk(
    suffix: str, before_writing: bool, volume: Volume, disk: Path, old_files: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if not before_writing:
        monkeypatch.setattr(atomic, "check_free_space", lambda *_: None)
    path = old_files[suffix]
    content = path.read_bytes()
    ballast = fill(disk)
    try:
        with pytest.raises(NotEnoughSpaceError, match=r"MB free") as caught:
            export_labels(disk / f"mask{suffix}", other_mask(), volume)
        assert caught.value.hint
        if suffix != ".csv":  # a table of three rows
            assert "needed" in caught.value.message
        assert path.read_bytes() == content
        assert not list(disk.glob(".*"))
    finally:
        ballast.unlink()
    assert export_labels(disk / f"mask{suffix}", phantom(TINY).labels, volume)  # and goes on


def test_full_disk_while_copying_a_study(volume: Volume, disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctviewer.services.deidentifying.check_free_space", lambda *_: None)
    before = sorted(disk.rglob("*"))
    ballast = fill(disk, leave_kb=20)
    try:
        with pytest.raises(NotEnoughSpaceError, match="MB free"):
            export_deidentified(disk, volume, SECRET)
    finally:
        ballast.unlink()
    assert sorted(disk.rglob("*")) == before


def test_read_only_folder(volume: Volume, disk: Path, old_files: dict[str, Path]) -> None:
    set_read_only(disk, read_only=True)
    try:
        for suffix, path in old_files.items():
            content = path.read_bytes()
            with pytest.raises(StoreError, match="read-only"):
                export_labels(disk / f"mask{suffix}", other_mask(), volume)
            assert path.read_bytes() == content
        with pytest.raises(StoreError, match="read-only"):
            export_deidentified(disk, volume, SECRET)
    finally:
        set_read_only(disk, read_only=False)
