"""DICOMDIR: the list of files on a disc. Names that lead out of its folder are ignored."""

from __future__ import annotations

import re
from pathlib import Path

from ctviewer.domain.errors import UnreadableFileError
from ctviewer.io.dicom_walk import HeaderError, NeedMoreError, walk
from ctviewer.io.folders import OnSkipped, walk_files

MEDIA_DIRECTORY = b"1.2.840.10008.1.3.10"
MAX_BYTES = 256 * 2**20
_SOP_CLASS = 0x00020002


def is_dicomdir(path: Path) -> bool:
    """Whether a file is a media directory (whatever its name)."""
    try:
        with path.open("rb") as file:
            head = file.read(2**14)
        size = path.stat().st_size
        if head[128:132] != b"DICM":
            return False
        return walk(head, size, frozenset({_SOP_CLASS})).values.get(_SOP_CLASS, b"").strip(b" \0") == MEDIA_DIRECTORY
    except NeedMoreError:
        return MEDIA_DIRECTORY in head
    except (OSError, HeaderError):
        return False


def parse_dicomdir(path: Path) -> list[list[str]]:
    """The file names a DICOMDIR lists, as path components; nothing is checked or opened.

    Raises
    ------
    HeaderError
        If it is damaged.
    """
    import pydicom
    from pydicom.errors import InvalidDicomError

    if path.stat().st_size > MAX_BYTES:
        raise HeaderError("it is too large for a DICOMDIR")
    try:
        records = pydicom.dcmread(path).get("DirectoryRecordSequence") or []
        listed = [record.get("ReferencedFileID") for record in records]
    except (InvalidDicomError, ValueError, KeyError, TypeError, AttributeError, EOFError, RecursionError) as error:
        raise HeaderError("it is damaged") from error
    return [[str(part) for part in ([name] if isinstance(name, str) else name)] for name in listed if name]


def existing_files(path: Path, names: list[list[str]], on_skipped: OnSkipped) -> list[Path]:
    """Those of the listed files that lie below the DICOMDIR's folder.

    Parameters
    ----------
    on_skipped
        Told of each that does not.

    Raises
    ------
    UnreadableFileError
        If none does.
    """
    root = path.parent
    by_plain_name: dict[str, Path] | None = None
    files: list[Path] = []
    missing: list[Path] = []
    for parts in names:
        candidate = root.joinpath(*parts)
        if any(p in ("", ".", "..") or any(c in p for c in "/\\\0") for p in parts) or not _inside(candidate, root):
            continue
        if not candidate.is_file():
            if by_plain_name is None:
                by_plain_name = {_plain(str(f.relative_to(root))): f for f in walk_files(root, on_skipped)}
            candidate = by_plain_name.get(_plain("/".join(parts)), candidate)
        (files if candidate.is_file() else missing).append(candidate)
    for lost in missing if files else []:
        on_skipped(lost, "the DICOMDIR lists it, but it is not there")
    if not files:
        raise UnreadableFileError(
            path, f"none of the {len(names)} files it lists is beside it", "Copy the whole disc and open its folder."
        )
    return files


def _plain(name: str) -> str:
    """A name as discs copied to other systems leave it alone: without case, ending and version number."""
    return re.sub(r"(\.dcm|;1|\.)+$", "", name.replace("\\", "/").lower())


def _inside(path: Path, root: Path) -> bool:
    return path.resolve().is_relative_to(root.resolve())
