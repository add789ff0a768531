"""A file is the old one or the complete new one, whatever goes wrong in between."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ctviewer.config import atomic
from ctviewer.config.atomic import (
    LEFTOVER_AGE_S,
    SPACE_RESERVE_BYTES,
    atomic_write,
    atomic_write_bytes,
    remove_leftovers,
    write_error,
)
from ctviewer.domain.errors import CTViewerError, NotEnoughSpaceError, StoreError
from tests.support.small_disk import fill, set_read_only, small_disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk") as folder:
        yield folder


def write(content: bytes):  # type: ignore[no-untyped-def]
    return lambda path: path.write_bytes(content) and None


def leftovers(folder: Path) -> list[str]:
    return [p.name for p in folder.iterdir() if ".partial." in p.name]


def test_the_new_content_replaces_the_old(tmp_path: Path) -> None:
    path = tmp_path / "a.nii.gz"
    atomic_write(path, write(b"old"))
    atomic_write(path, write(b"new"), mode=0o600)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["a.nii.gz"]


def test_writers_see_the_full_ending_and_the_same_folder(tmp_path: Path) -> None:
    seen: list[Path] = []

    def remember(temporary: Path) -> None:
        seen.append(temporary)
        temporary.write_bytes(b"x")

    atomic_write(tmp_path / "scan.seg.nrrd", remember)
    assert seen[0].name.endswith(".scan.seg.nrrd")
    assert seen[0].parent == tmp_path


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    atomic_write(tmp_path / "link", write(b"new"))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


class RefusedError(CTViewerError):
    pass


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), NotEnoughSpaceError),
        (OSError(errno.EIO, "Input/output error"), StoreError),
        (PermissionError(errno.EACCES, "Permission denied"), StoreError),
        (RuntimeError("codec failed"), StoreError),
        (ValueError("bad shape"), StoreError),
        (RefusedError("The content is not what was meant."), RefusedError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
@pytest.mark.parametrize("step", ["writer", "verify", "fsync", "replace"])
def test_a_failure_at_any_step_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, expected: type[BaseException], step: str
) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise error

    def half_then_fail(temporary: Path) -> None:
        temporary.write_bytes(b"ne")
        raise error

    if step in ("fsync", "replace"):
        monkeypatch.setattr(atomic.os, step, fail)
    with pytest.raises(expected) as caught:
        atomic_write(path, half_then_fail if step == "writer" else write(b"new"), fail if step == "verify" else None)
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert leftovers(tmp_path) == []
    if isinstance(caught.value, CTViewerError):
        assert caught.value.message.endswith(".")


def test_a_writer_that_silently_wrote_too_little_is_found(tmp_path: Path) -> None:
    def verify(temporary: Path) -> None:
        if temporary.read_bytes() != b"new":
            raise StoreError("The file reads back differently.")

    with pytest.raises(StoreError, match="reads back"):
        atomic_write(tmp_path / "a", write(b"ne"), verify)
    assert list(tmp_path.iterdir()) == []


def test_missing_space_is_told_before_anything_is_written(tmp_path: Path) -> None:
    def never(_: Path) -> None:
        raise AssertionError("must not be called")

    with pytest.raises(NotEnoughSpaceError, match=r"\d+ MB needed, \d+ MB free") as caught:
        atomic_write(tmp_path / "a", never, needed_bytes=2**60)
    assert caught.value.needed_mb == 2**40 + SPACE_RESERVE_BYTES / 2**20
    assert caught.value.free_mb > 0


def test_a_missing_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="does not exist"):
        atomic_write(tmp_path / "no" / "a", write(b"x"))
    with pytest.raises(StoreError, match="does not exist"):
        atomic_write(tmp_path / "no" / "a", write(b"x"), needed_bytes=1)


def test_full_disk_keeps_the_old_file(disk: Path) -> None:
    path = disk / "a.bin"
    atomic_write_bytes(path, b"old" * 1000)
    ballast = fill(disk, leave_kb=100)
    with pytest.raises(NotEnoughSpaceError, match="free"):
        atomic_write(path, write(os.urandom(500_000)))
    with pytest.raises(NotEnoughSpaceError, match="needed"):
        atomic_write_bytes(path, os.urandom(500_000))
    assert path.read_bytes() == b"old" * 1000
    assert leftovers(disk) == []
    ballast.unlink()
    atomic_write_bytes(path, b"new")
    assert path.read_bytes() == b"new"


def test_full_disk_behind_a_silent_writer_is_named_as_the_cause(disk: Path) -> None:
    def silent(temporary: Path) -> None:
        fill(disk)
        temporary.touch()

    def verify(temporary: Path) -> None:
        if temporary.stat().st_size != 500_000:
            raise ValueError("truncated")

    with pytest.raises(NotEnoughSpaceError):
        atomic_write(disk / "a.nii.gz", silent, verify)


def test_read_only_folder_is_a_sentence(disk: Path) -> None:
    path = disk / "a.bin"
    path.write_bytes(b"old")
    set_read_only(disk, read_only=True)
    with pytest.raises(StoreError, match="read-only"):
        atomic_write_bytes(path, b"new")
    with pytest.raises(OSError, match="Read-only") as caught:
        (disk / "new" / "folder").mkdir(parents=True)
    assert f"the folder {disk} is read-only" in write_error(disk / "new" / "folder" / "a.bin", caught.value).message
    set_read_only(disk, read_only=False)
    assert path.read_bytes() == b"old"


def test_only_old_leftovers_are_removed(tmp_path: Path) -> None:
    old, young, other = tmp_path / ".ab12.partial.scan.nii.gz", tmp_path / ".cd34.partial.x", tmp_path / "scan.nii.gz"
    for path in (old, young, other):
        path.write_bytes(b"x")
    folder = tmp_path / ".installing-12"
    folder.mkdir()
    (folder / "weights").write_bytes(b"x")
    long_ago = old.stat().st_mtime - LEFTOVER_AGE_S - 60
    for path in (old, other, folder):
        os.utime(path, (long_ago, long_ago))
    remove_leftovers(tmp_path)
    remove_leftovers(tmp_path, ".installing-*")
    assert {p.name for p in tmp_path.iterdir()} == {young.name, other.name}
