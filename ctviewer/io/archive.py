"""ZIP archives: unpacked with limits into the program's own folder, removed again at exit."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import json
import lzma
import os
import shutil
import stat
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from ctviewer.config.paths import data_dir
from ctviewer.domain.errors import UnreadableFileError
from ctviewer.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from ctviewer.io.folders import MAX_DEPTH, open_reason

MAX_MEMBERS = 100_000
MAX_TOTAL_BYTES = 40 * 2**30
MAX_RATIO = 300
"""CT compresses 2 to 10 times, masks some hundred; more is a bomb."""

RATIO_FREE_BYTES = 64 * 2**20
CHUNK_BYTES = 2**20
MAX_DIRECTORY_BYTES = 64 * 2**20
END_RECORD_BYTES = 2**16 + 2**10
"""The record at the end, with the longest comment."""

MAX_NAME_BYTES = 200
_COMPLETE = ".complete"
_FOLDER = "unpacked"


def is_archive(path: Path) -> bool:
    """Whether a file is a ZIP archive."""
    try:
        with path.open("rb") as file:
            return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except OSError:
        return False


def unpack(archive: Path, progress: ProgressCallback = ignore_progress, cancel: CancelToken | None = None) -> Path:
    """Folder with the archive's files; unpacked once per run of the program.

    Raises
    ------
    UnreadableFileError
        If the archive is damaged, encrypted, larger than the limits or leads out of its folder.
    """
    info = archive.stat()
    key = hashlib.sha256(f"{archive.absolute()}|{info.st_size}|{info.st_mtime_ns}".encode()).hexdigest()[:24]
    folder = _root() / key
    if (folder / _COMPLETE).exists():
        return folder / "files"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "files").mkdir(parents=True, mode=0o700)
    (_root() / f"{key}.json").write_text(json.dumps({"archive": str(archive.absolute())}), encoding="utf-8")
    try:
        _check_directory(archive, info.st_size)
        with zipfile.ZipFile(archive) as opened:
            _extract(archive, opened, folder / "files", progress, cancel)
    except NotImplementedError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise UnreadableFileError(
            archive, "it is packed by a method that is not supported", "Unpack it and open the folder."
        ) from error
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError, MemoryError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise UnreadableFileError(archive, f"the archive is damaged ({error})", "Copy it again.") from error
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        if error.errno is None:  # bzip2 says so what the other methods have errors of their own for
            raise UnreadableFileError(archive, f"the archive is damaged ({error})", "Copy it again.") from error
        raise UnreadableFileError(archive, open_reason(error)) from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    (folder / _COMPLETE).touch()
    return folder / "files"


def restore_unpacked(path: Path) -> None:
    """Unpack the archive again from which a file came in an earlier run; does nothing for any other file."""
    if _FOLDER not in path.parts or path.exists():
        return
    root = _root()
    if not path.is_relative_to(root):
        return
    note = root / f"{path.relative_to(root).parts[0]}.json"
    if note.exists():
        unpack(Path(json.loads(note.read_text(encoding="utf-8"))["archive"]))


def remove_unpacked() -> None:
    """Delete everything unpacked; patient data must not pile up. Runs at exit and may be called at start."""
    for folder in _root().iterdir():
        if folder.is_dir():
            shutil.rmtree(folder, ignore_errors=True)


def _root() -> Path:
    root = data_dir() / _FOLDER
    if not root.exists():
        root.mkdir(parents=True, mode=0o700)
    _register_cleanup()
    return root


_registered: list[bool] = []


def _register_cleanup() -> None:
    if not _registered:
        _registered.append(True)
        atexit.register(_remove_quietly)


def _remove_quietly() -> None:
    with contextlib.suppress(OSError):
        remove_unpacked()


def _extract(
    archive: Path, opened: zipfile.ZipFile, target: Path, progress: ProgressCallback, cancel: CancelToken | None
) -> None:
    members = [m for m in opened.infolist() if not m.is_dir() and not stat.S_ISLNK(m.external_attr >> 16)]
    places = _places(archive, members)
    total = sum(member.file_size for member in members)
    packed = min(sum(member.compress_size for member in members), archive.stat().st_size)
    if len(members) > MAX_MEMBERS or total > MAX_TOTAL_BYTES or total > shutil.disk_usage(target).free // 2:
        raise UnreadableFileError(
            archive, f"unpacked it would take {total / 2**30:.1f} GB in {len(members)} files", "Unpack it yourself."
        )
    if total > RATIO_FREE_BYTES and total > MAX_RATIO * max(packed, 1):
        raise UnreadableFileError(archive, "it unpacks to suspiciously much more than it holds", "It may be a bomb.")
    for number, (member, place) in enumerate(zip(members, places, strict=True)):
        if cancel is not None:
            cancel.raise_if_cancelled()
        if member.flag_bits & 1:
            raise UnreadableFileError(archive, "it is encrypted", "Unpack it with its password and open the folder.")
        _extract_member(archive, opened, member, target / place)
        progress(Progress(number + 1, len(members), "Unpacking"))


def _check_directory(archive: Path, size: int) -> None:
    """Raise `UnreadableFileError` if the archive's own table of contents is too long to be read into memory."""
    with archive.open("rb") as file:
        file.seek(max(0, size - END_RECORD_BYTES))
        tail = file.read(END_RECORD_BYTES)
        end = tail.rfind(b"PK\x05\x06")
        if end < 0 or len(tail) < end + 16:
            return  # no archive, as zipfile is about to say
        length = int.from_bytes(tail[end + 12 : end + 16], "little")
        wide = tail.rfind(b"PK\x06\x06", 0, end)
        if length == 0xFFFFFFFF and wide >= 0:
            length = int.from_bytes(tail[wide + 40 : wide + 48], "little")
        file.seek(max(0, size - len(tail) + end - min(length, MAX_DIRECTORY_BYTES)))
        entries = file.read(min(length, MAX_DIRECTORY_BYTES)).count(b"PK\x01\x02")
    if length > MAX_DIRECTORY_BYTES or entries > MAX_MEMBERS:
        raise UnreadableFileError(archive, f"it holds more than {MAX_MEMBERS:,} files", "Unpack it yourself.")


def _places(archive: Path, members: Sequence[zipfile.ZipInfo]) -> list[Path]:
    """Relative path of each member inside the target folder; no two are the same, whatever the file system."""
    files: set[str] = set()
    folders: set[str] = set()
    places = []
    for number, member in enumerate(members):
        place = _safe_name(archive, member)
        above = {str(parent).casefold() for parent in place.parents}
        if str(place).casefold() in files | folders or above & files:
            place = Path(str(number)) / place
            above = {str(parent).casefold() for parent in place.parents}
        files.add(str(place).casefold())
        folders |= above
        places.append(place)
    return places


def _safe_name(archive: Path, member: zipfile.ZipInfo) -> Path:
    """Relative path of a member that stays inside the target folder, and that every system can write."""
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    if not parts or any(part in ("..", "/") or "\0" in part for part in parts):
        raise UnreadableFileError(
            archive, f"its member “{member.filename[:80]}” leads out of the archive", "Do not trust this file."
        )
    return Path(*(_short_name(part.replace(":", "_")) for part in parts[-MAX_DEPTH:]))


def _short_name(part: str) -> str:
    """A name of which the end is kept, which says what the file is."""
    while len(part.encode("utf-8", "replace")) > MAX_NAME_BYTES:
        part = part[len(part) // 8 + 1 :]
    return part


def _extract_member(archive: Path, opened: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    written = 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with opened.open(member) as source, os.fdopen(descriptor, "wb") as sink:
        while chunk := source.read(CHUNK_BYTES):
            written += len(chunk)
            if written > member.file_size:
                raise UnreadableFileError(archive, f"its member {member.filename[:80]} is larger than it says")
            sink.write(chunk)
