"""Finding the files under a path and telling what each is, from its first bytes."""

from __future__ import annotations

import codecs
import os
from dataclasses import dataclass
from pathlib import Path

from ctviewer.domain.study import SourceFormat
from ctviewer.io.decoding import deflated_instance
from ctviewer.io.dicom_file import FIRST_READ_BYTES, DeflatedFileError, read_instance_from
from ctviewer.io.dicom_instance import Instance
from ctviewer.io.dicom_pixels import refusal
from ctviewer.io.dicom_walk import HeaderError, looks_like_dicom
from ctviewer.io.folders import open_reason
from ctviewer.io.header_cache import headers
from ctviewer.io.image_volume import volume_format

_DICOM_SUFFIXES = frozenset({".dcm", ".dicom", ".ima", ".img"})
_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini", "autorun.inf"})
_HEADER_SUFFIXES = {".img": (".hdr",), ".raw": (".mhd", ".nhdr"), ".zraw": (".mhd",)}
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"PK\x03\x04", "a ZIP archive in a folder (open it by itself)"),
    (b"7z\xbc\xaf", "a 7z archive (unpack it first)"),
    (b"Rar!", "a RAR archive (unpack it first)"),
    (b"\x1f\x8b", "a gzip archive (unpack it first)"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a Linux program"),
    (b"{", "a JSON text"),
    (b"<", "an XML or HTML text"),
)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """What one file turned out to be: a DICOM image, a volume file, or neither with the reason.

    Parameters
    ----------
    reason
        Completes “cannot be read: …”; empty for usable files and for those of the system.
    is_surprising
        Whether one would have taken it for an image by its name or content.
    """

    path: Path
    instance: Instance | None = None
    volume: SourceFormat | None = None
    reason: str = ""
    is_surprising: bool = True


def examine(path: Path) -> FoundFile:
    """Look into one file; never raises for what a file may contain."""
    family = volume_format(path)
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        return FoundFile(path, reason=open_reason(error))
    try:
        head = os.read(descriptor, FIRST_READ_BYTES)
        if family is not None and head[128:132] != b"DICM":
            return FoundFile(path, volume=family)
        if not looks_like_dicom(head):
            return _not_dicom(path, head)
        instance = _read(path, descriptor, head)
    except HeaderError as error:
        return FoundFile(path, reason=_short(str(error), path))
    except OSError as error:
        return FoundFile(path, reason=open_reason(error))
    finally:
        os.close(descriptor)
    reason = refusal(instance)
    return FoundFile(path, None if reason else instance, reason=reason)


def _read(path: Path, descriptor: int, head: bytes) -> Instance:
    status = os.fstat(descriptor)
    try:
        instance = read_instance_from(path, descriptor, head, status.st_size)
    except DeflatedFileError:
        instance = deflated_instance(path)
    headers.remember(status, instance)
    return instance


def what_it_is(head: bytes) -> str:
    """What a file that is no image looks like: “a PDF document”, “a text file”…; empty if unclear."""
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    if not head:
        return "an empty file"
    start = head[:512]
    if any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in start):
        return ""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return ""
    return "a text file"


def _not_dicom(path: Path, head: bytes) -> FoundFile:
    if path.name.startswith(".") or path.name.lower() in _SYSTEM_FILES or path.name.upper().startswith("DICOMDIR"):
        return FoundFile(path)
    owner = _header_beside(path)
    if owner:
        return FoundFile(path, reason=f"it holds the voxels of {owner}, which is the file to open", is_surprising=False)
    kind = what_it_is(head)
    reason = f"it is {kind}, not a DICOM image" if kind else "it is not a DICOM image"
    return FoundFile(path, reason=reason, is_surprising=path.suffix.lower() in _DICOM_SUFFIXES or "archive" in kind)


def _header_beside(path: Path) -> str:
    """Name of the volume file whose voxels a file holds, as far as names tell; empty if there is none."""
    endings = _HEADER_SUFFIXES.get(path.suffix.lower(), ())
    return next((path.with_suffix(s).name for s in endings if path.with_suffix(s).is_file()), "")


def _short(reason: str, path: Path) -> str:
    return "" if path.name.upper().startswith("DICOMDIR") else reason
