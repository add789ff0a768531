"""Compressed frames out of DICOM's encapsulated pixel data (PS3.5 A.4); lengths checked, nothing decoded."""

from __future__ import annotations

import struct

from ctviewer.io.dicom_walk import HeaderError

_ITEM, _END = 0xFFFEE000, 0xFFFEE0DD


def split_frames(data: bytes, frame_count: int) -> list[bytes]:
    """The codestream of each frame.

    Parameters
    ----------
    data
        Bytes from the start of the pixel element's value.
    frame_count
        How many frames the header promises.

    Raises
    ------
    HeaderError
        If the items are broken or the frames cannot be told apart.
    """
    table, fragments = _fragments(data)
    if not fragments:
        raise HeaderError("it has no image data in it")
    if frame_count == 1:
        return [b"".join(part for _, part in fragments)]
    if len(fragments) == frame_count:
        return [part for _, part in fragments]
    if len(table) != frame_count:
        raise HeaderError(f"its {frame_count} frames cannot be told apart in {len(fragments)} fragments")
    first = fragments[0][0]
    ends = [*table[1:], len(data)]
    return [
        b"".join(part for offset, part in fragments if begin <= offset - first < end)
        for begin, end in zip(table, ends, strict=True)
    ]


def _fragments(data: bytes) -> tuple[tuple[int, ...], list[tuple[int, bytes]]]:
    """Offset table, and ``(item offset, bytes)`` of every fragment."""
    table: tuple[int, ...] | None = None
    fragments: list[tuple[int, bytes]] = []
    at = 0
    while at + 8 <= len(data):
        group, element, length = struct.unpack_from("<HHI", data, at)
        tag = group << 16 | element
        if tag == _END:
            return table or (), fragments
        if tag != _ITEM:
            raise HeaderError("its compressed image data is damaged")
        if at + 8 + length > len(data):
            raise HeaderError("it is truncated (a compressed image ends too early)")
        item = data[at + 8 : at + 8 + length]
        if table is None:
            table = struct.unpack(f"<{len(item) // 4}I", item[: len(item) // 4 * 4])
        else:
            fragments.append((at, item))
        at += 8 + length
    if not fragments:
        raise HeaderError("it is truncated (its compressed image is missing)")
    return table or (), fragments  # a missing end mark alone loses nothing
