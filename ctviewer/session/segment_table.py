"""How each segment is shown and guarded, and which one the tools paint."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from ctviewer.domain.segment import CHEST_SEGMENTS, Segment
from ctviewer.session.observed import Observed


class OutlineStyle(StrEnum):
    """How the border of a segment is drawn, so that segments differ without colour too."""

    SOLID = "solid"
    DASHED = "dashed"
    DOTTED = "dotted"


def default_outline(label: int) -> OutlineStyle:
    """Style of a label unless the user chose another: neighbours in the list differ."""
    return tuple(OutlineStyle)[(label - 1) % len(OutlineStyle)]


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One segment and its switches.

    Parameters
    ----------
    segment
        Label, name, code and colour in use (the user may have changed the colour).
    is_visible
        Whether the overlay shows it.
    is_locked
        Whether no tool and no prediction may change it.
    outline
        How its border is drawn where masks are shown as outlines.
    """

    segment: Segment
    is_visible: bool = True
    is_locked: bool = False
    outline: OutlineStyle = OutlineStyle.SOLID


class SegmentTable(QObject):
    """Rows in label order, and the active label."""

    rows_changed = Signal()
    """Segments were added or removed."""
    row_changed = Signal(int)
    """A switch or the colour of this label changed."""
    active_label_changed = Signal(object)

    active_label: Observed[int] = Observed(
        CHEST_SEGMENTS[0].label, "active_label_changed", lambda table, label: table.known_label(label)
    )
    """Label that brush and shapes paint."""

    def __init__(self, segments: tuple[Segment, ...] = CHEST_SEGMENTS, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows = {s.label: _new_row(s) for s in sorted(segments, key=lambda s: s.label)}

    @property
    def rows(self) -> tuple[SegmentRow, ...]:
        """All rows, by label."""
        return tuple(self._rows.values())

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments with their present colours."""
        return tuple(row.segment for row in self._rows.values())

    @property
    def locked(self) -> frozenset[int]:
        """Labels that must not change."""
        return frozenset(label for label, row in self._rows.items() if row.is_locked)

    def row(self, label: int) -> SegmentRow | None:
        """Row of a label; None if the table does not know it."""
        return self._rows.get(label)

    def name(self, label: int) -> str:
        """Name of a label, empty for background, ``"label 7"`` for an unknown one."""
        if label == 0:
            return ""
        row = self._rows.get(label)
        return row.segment.name if row else f"label {label}"

    def known_label(self, label: int) -> int:
        """The label itself if it is in the table, else the active one."""
        return label if label in self._rows else self.active_label

    def merge(self, segments: tuple[Segment, ...]) -> None:
        """Add the segments that are not in the table yet; known labels keep their colours and switches."""
        new = {s.label: _new_row(s) for s in segments if s.label not in self._rows}
        if new:
            self._rows = dict(sorted({**self._rows, **new}.items()))
            self.rows_changed.emit()

    def set_visible(self, label: int, visible: bool) -> None:
        """Show or hide a segment."""
        self._update(label, is_visible=visible)

    def set_locked(self, label: int, locked: bool) -> None:
        """Guard a segment against changes, or stop guarding it."""
        self._update(label, is_locked=locked)

    def set_color(self, label: int, color: tuple[int, int, int]) -> None:
        """Give a segment another colour."""
        row = self._rows[label]
        self._update(label, segment=replace(row.segment, color=color))

    def set_outline(self, label: int, style: OutlineStyle) -> None:
        """Draw the border of a segment in another way."""
        self._update(label, outline=style)

    def is_solo(self, label: int) -> bool:
        """Whether this segment alone is shown."""
        return len(self._rows) > 1 and all(row.is_visible == (row.segment.label == label) for row in self.rows)

    def solo(self, label: int) -> None:
        """Show only this segment; again: show all."""
        is_solo = self.is_solo(label)
        for other in tuple(self._rows):
            self.set_visible(other, is_solo or other == label)

    def _update(self, label: int, **changes: object) -> None:
        row = self._rows[label]
        changed = replace(row, **changes)  # type: ignore[arg-type]
        if changed != row:
            self._rows[label] = changed
            self.row_changed.emit(label)


def _new_row(segment: Segment) -> SegmentRow:
    return SegmentRow(segment, outline=default_outline(segment.label))
