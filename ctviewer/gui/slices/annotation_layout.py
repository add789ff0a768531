"""Where letters, badges and texts go on a view, so that none covers another; plain numbers, no painting.

What comes first in the list takes its place first. What finds none is left out.
A text is never cut: half a number is a wrong number.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache

GAP_PX = 3
"""Least distance between two marks; lines of a text touch."""


class Anchor(StrEnum):
    """Which part of the view something belongs to."""

    LEFT = "left"
    RIGHT = "right"
    TOP = "top"
    BOTTOM = "bottom"
    BADGE = "badge"
    """Top right, one below the other; elsewhere where that is full."""
    TOP_LEFT = "top-left"
    BOTTOM_LEFT = "bottom-left"
    BOTTOM_RIGHT = "bottom-right"


EDGES = frozenset({Anchor.LEFT, Anchor.RIGHT, Anchor.TOP, Anchor.BOTTOM})
"""Places of the orientation letters: nothing moves them."""

Item = tuple[Anchor, int, int]
"""Anchor, width and height in logical pixels."""
Box = tuple[int, int, int, int]
"""Left, top, right and bottom, the last two exclusive."""


@lru_cache(maxsize=512)
def arrange(width: int, height: int, margin: int, items: tuple[Item, ...]) -> tuple[Box | None, ...]:
    """Boxes of the items, in their order; None for what finds no place.

    Parameters
    ----------
    width, height
        Of the view, logical pixels.
    margin
        Distance everything keeps from the border.
    items
        Most important first.
    """
    inner = (margin, margin, width - margin, height - margin)
    taken: list[tuple[Box, Anchor]] = []
    boxes: list[Box | None] = []
    for anchor, item_width, item_height in items:
        box = _letter_box(inner, anchor, item_width, item_height) if anchor in EDGES else None
        if box is None:
            tried = _tried(inner, anchor, item_width, item_height, taken)
            box = next((one for one in tried if _is_free(one, anchor, inner, taken)), None)
        if box is not None:
            taken.append((box, anchor))
        boxes.append(box)
    return tuple(boxes)


def _letter_box(inner: Box, anchor: Anchor, width: int, height: int) -> Box:
    left, top, right, bottom = inner
    x = {Anchor.LEFT: left, Anchor.RIGHT: right - width}.get(anchor, (left + right - width) // 2)
    y = {Anchor.TOP: top, Anchor.BOTTOM: bottom - height}.get(anchor, (top + bottom - height) // 2)
    return (x, y, x + width, y + height)


def _tried(inner: Box, anchor: Anchor, width: int, height: int, taken: list[tuple[Box, Anchor]]) -> Iterator[Box]:
    """Places an item may have, best first: at its corner, then just beyond what is there already."""
    left, top, right, bottom = inner
    middle = (top + bottom) // 2
    columns = [right - width if anchor is Anchor.BOTTOM_RIGHT else left]
    starts, last = [bottom - height], middle
    if anchor is Anchor.BADGE:
        beside = min((box[0] for box, other in taken if other is Anchor.RIGHT), default=right) - GAP_PX
        columns, starts, last = [right - width, beside - width, left], [top], bottom - height
    elif anchor is Anchor.TOP_LEFT:
        starts, last = [top], middle - height
    goes_down = anchor in (Anchor.BADGE, Anchor.TOP_LEFT)
    first = starts[0]
    for box, other in taken:
        is_text_before = other is anchor and anchor is not Anchor.BADGE
        gap = 0 if is_text_before else GAP_PX
        starts.append(box[3] + gap if goes_down else box[1] - gap - height)
        if is_text_before:  # the next line never comes before the former
            first = starts[-1]
    for x in columns:
        for y in sorted(starts, reverse=not goes_down):
            if (first <= y <= last) if goes_down else (first >= y >= last):
                yield (x, y, x + width, y + height)


def _is_free(box: Box, anchor: Anchor, inner: Box, taken: list[tuple[Box, Anchor]]) -> bool:
    if box[0] < inner[0] or box[1] < inner[1] or box[2] > inner[2] or box[3] > inner[3]:
        return False
    for other, its_anchor in taken:
        gap = 0 if its_anchor is anchor and anchor is not Anchor.BADGE else GAP_PX
        if box[0] < other[2] + gap and other[0] < box[2] + gap and box[1] < other[3] + gap and other[1] < box[3] + gap:
            return False
    return True
