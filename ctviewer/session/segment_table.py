"""How each segment is shown and guarded, and which one the tools paint."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from ctviewer.domain.errors import CTViewerError
from ctviewer.domain.overlay_look import OutlineStyle, SegmentLook
from ctviewer.domain.segment import CHEST_SEGMENTS, CodedConcept, Segment, free_color
from ctviewer.session.observed import Observed


def default_outline(label: int) -> OutlineStyle:
    """Style of a label unless the user chose another: neighbours in the list differ."""
    return tuple(OutlineStyle)[(label - 1) % len(OutlineStyle)]


LEAST_OPACITY = 0.1
"""A segment that counts as shown can be seen: only the eye hides it."""


@dataclass(frozen=True, slots=True)
class SegmentRow(SegmentLook):
    """One segment: how it is drawn, and its switches.

    Parameters
    ----------
    is_locked
        Whether no tool and no prediction may change it.
    """

    is_locked: bool = False


class SegmentTable(QObject):
    """Rows in label order, and the active label."""

    rows_changed = Signal()
    """Segments were added or removed."""
    row_changed = Signal(int)
    """A switch, the name or the colour of this label changed."""
    definitions_changed = Signal()
    """Name, colour or code of a segment changed, or there is one more or less: to be kept with the mask."""
    active_label_changed = Signal(object)

    active_label: Observed[int] = Observed(
        CHEST_SEGMENTS[0].label, "active_label_changed", lambda table, label: table.known_label(label)
    )
    """Label that brush and shapes paint."""

    def __init__(self, segments: tuple[Segment, ...] = CHEST_SEGMENTS, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows = {s.label: _new_row(s) for s in sorted(segments, key=lambda s: s.label)}
        self._retired: dict[int, SegmentRow] = {}

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

    @property
    def retired(self) -> tuple[Segment, ...]:
        """Deleted segments; they come back when their deletion is undone."""
        return tuple(row.segment for row in self._retired.values())

    def take_over(self, segments: Iterable[Segment], retired: Iterable[Segment]) -> None:
        """Use the definitions that were kept with the mask; segments of the models stay in any case."""
        self._rows = dict(sorted({**self._rows, **{s.label: _new_row(s) for s in segments}}.items()))
        self._retired = {s.label: _new_row(s) for s in retired if s.label not in self._rows}
        self.rows_changed.emit()

    def add_new(
        self,
        name: str,
        color: tuple[int, int, int] | None = None,
        code: CodedConcept | None = None,
        laterality: CodedConcept | None = None,
        key: str = "",
    ) -> Segment:
        """Add a segment with the next free label.

        Parameters
        ----------
        name
            A number is appended if another segment has it.
        color
            Default: the first of the palette that is not in use.
        code, laterality
            SNOMED CT codes, if there are any.
        key
            Machine name; default made from the label.

        Raises
        ------
        CTViewerError
            If all 255 labels are taken.
        """
        label = next((n for n in range(1, 256) if n not in self._rows and n not in self._retired), None)
        if label is None:
            raise CTViewerError("There are 255 segments already, no more fit into the mask.", "Delete one first.")
        names, keys = {s.name for s in self.segments}, {s.key for s in self.segments}
        segment = Segment(
            label,
            _unused(key or f"segment_{label}", keys, "_"),
            _unused(name, names, " "),
            color or free_color([s.color for s in self.segments]),
            code,
            laterality,
        )
        self._rows = dict(sorted({**self._rows, label: _new_row(segment)}.items()))
        self.rows_changed.emit()
        self.definitions_changed.emit()
        return segment

    def rename(self, label: int, name: str) -> None:
        """Give a segment another name."""
        self._update(label, segment=replace(self._rows[label].segment, name=name))
        self.definitions_changed.emit()

    def retire(self, label: int) -> None:
        """Take a segment out of the list; `bring_back` knows it."""
        if label in self._rows and len(self._rows) > 1:
            self._retired[label] = self._rows.pop(label)
            if self.active_label == label:
                self.active_label = next(iter(self._rows))
            self.rows_changed.emit()
            self.definitions_changed.emit()

    def bring_back(self, label: int) -> None:
        """Put a retired segment into the list again."""
        if label in self._retired:
            self._rows = dict(sorted({**self._rows, label: self._retired.pop(label)}.items()))
            self.rows_changed.emit()
            self.definitions_changed.emit()

    def dropper(self, label: int) -> Callable[[], None]:
        """What forgets a segment that was made for something that did not happen."""

        def drop() -> None:
            self.retire(label)
            self._retired.pop(label, None)

        return drop

    def merge(self, segments: tuple[Segment, ...]) -> None:
        """Add the segments that are not in the table yet; known labels keep their colours and switches."""
        new = {s.label: _new_row(s) for s in segments if s.label not in self._rows}
        if new:
            self._rows = dict(sorted({**self._rows, **new}.items()))
            self.rows_changed.emit()

    def set_visible(self, label: int, *, visible: bool) -> None:
        """Show or hide a segment."""
        self._update(label, is_visible=visible)

    def set_locked(self, label: int, *, locked: bool) -> None:
        """Guard a segment against changes, or stop guarding it."""
        self._update(label, is_locked=locked)

    def set_color(self, label: int, color: tuple[int, int, int]) -> None:
        """Give a segment another colour."""
        row = self._rows[label]
        self._update(label, segment=replace(row.segment, color=color))
        self.definitions_changed.emit()

    def set_outline(self, label: int, style: OutlineStyle) -> None:
        """Draw the border of a segment in another way."""
        self._update(label, outline=style)

    def set_opacity(self, label: int, opacity: float) -> None:
        """Draw a segment fainter than the others, `LEAST_OPACITY` to 1."""
        self._update(label, opacity=min(max(float(opacity), LEAST_OPACITY), 1.0))

    def is_solo(self, label: int) -> bool:
        """Whether this segment alone is shown."""
        return len(self._rows) > 1 and all(row.is_visible == (row.segment.label == label) for row in self.rows)

    def solo(self, label: int) -> None:
        """Show only this segment; again: show all."""
        is_solo = self.is_solo(label)
        for other in tuple(self._rows):
            self.set_visible(other, visible=is_solo or other == label)

    def _update(self, label: int, **changes: Any) -> None:
        row = self._rows[label]
        changed = replace(row, **changes)
        if changed != row:
            self._rows[label] = changed
            self.row_changed.emit(label)


def _new_row(segment: Segment) -> SegmentRow:
    return SegmentRow(segment, outline=default_outline(segment.label))


def _unused(wanted: str, taken: set[str], gap: str) -> str:
    """The word itself, or with the first number nobody has."""
    if wanted not in taken:
        return wanted
    return next(f"{wanted}{gap}{n}" for n in range(2, 1000) if f"{wanted}{gap}{n}" not in taken)
