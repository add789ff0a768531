"""Operations on the whole of a segment: computed in a job, shown first where their result has to be judged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.edits.compose import EditRules
from ctviewer.domain.edits.mask_edit import MaskEdit
from ctviewer.domain.edits.segment_operations import HU_OPERAND, Operands, SegmentOperation, operation_edit
from ctviewer.domain.edits.set_operations import SetOperation
from ctviewer.jobs.job import JobHandle
from ctviewer.session.proposal import Control, Recipe, Setting
from ctviewer.session.segment_table import SegmentTable
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.workspace import Workspace

OPERATION_TOOL = "operation"
PREVIEWED = frozenset(
    {
        SegmentOperation.FILL_BETWEEN_SLICES,
        SegmentOperation.SMOOTH,
        SegmentOperation.SMOOTH_JOINTLY,
        SegmentOperation.MARGIN,
        SegmentOperation.COMBINE,
        SegmentOperation.RELABEL,
    }
)
"""The others do one obvious thing, and undo is one key away."""
ABOUT_ALL = frozenset({SegmentOperation.SWAP_LUNGS, SegmentOperation.SMOOTH_JOINTLY})
"""Operations that do not mean the active segment."""
START: dict[SegmentOperation, Operands] = {
    SegmentOperation.SMOOTH: Operands(amount_mm=4.0),
    SegmentOperation.SMOOTH_JOINTLY: Operands(amount_mm=1.5),
    SegmentOperation.MARGIN: Operands(amount_mm=2.0),
    # Without a margin there is nothing to subtract: the user says first what is meant, and nothing is lost till then.
    SegmentOperation.COMBINE: Operands(amount_mm=0.0, set_operation=SetOperation.SUBTRACT),
}


class MaskOperations(QObject):
    """Runs `SegmentOperation`s on the active segment of the current document.

    Parameters
    ----------
    workspace
        What is open, the tools' active segment, and the rules of painting.
    """

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace

    def run(self, operation: SegmentOperation, operands: Operands | None = None) -> JobHandle | None:
        """Start an operation; None if the mask cannot be edited now.

        Parameters
        ----------
        operands
            Values to begin with; default those of `START`.
        """
        document = self._workspace.document
        if document is None:
            return None
        if operands is None:
            operands = START.get(operation, Operands())
            if operation in (SegmentOperation.COMBINE, SegmentOperation.RELABEL):
                operands = replace(operands, other=_first_other(document.segments))
        row = document.segments.row(document.segments.active_label)
        if row is not None and row.is_locked and operation not in ABOUT_ALL:
            self._workspace.messages.warn(
                f"{row.segment.name} is locked.", "Unlock it in the segments panel, or choose another segment."
            )
            return None
        if document.proposal is not None:
            self._workspace.proposals.reject(document)
        recipe = self._recipe(document, document.segments.active_label, operation, operands)
        return self._workspace.proposals.start(document, recipe)

    def _recipe(
        self, document: SegmentationDocument, label: int, operation: SegmentOperation, operands: Operands
    ) -> Recipe:
        volume, toolbox, locked = document.volume, self._workspace.toolbox, document.segments.locked
        rules = EditRules(
            replace(toolbox.paint_rule(), locked=locked), replace(toolbox.erase_rule(label), locked=locked)
        )
        operands = replace(operands, hu_range=toolbox.gate_hu)
        if operation is SegmentOperation.COMBINE and operands.other == HU_OPERAND:
            # The range is the operand here; as a gate too it would leave an intersection nothing to do.
            rules = EditRules(replace(rules.paint, hu_range=None), replace(rules.erase, hu_range=None))

        def compute(labels: LabelArray) -> MaskEdit | None:
            return operation_edit(operation, labels, label, volume.geometry, rules, operands, volume.hu)

        def adjust(**changes: Any) -> None:
            again = self._recipe(document, label, operation, replace(operands, **changes))
            self._workspace.proposals.start(document, again)

        return Recipe(
            _title(document.segments, label, operation, operands),
            OPERATION_TOOL,
            compute,
            operation in PREVIEWED,
            _controls(document.segments, label, operation, operands, adjust),
        )


NAMES = {
    SegmentOperation.KEEP_LARGEST: "Keep largest part",
    SegmentOperation.FILL_HOLES: "Fill holes",
    SegmentOperation.FILL_BETWEEN_SLICES: "Fill between slices",
    SegmentOperation.SMOOTH: "Smooth",
    SegmentOperation.SMOOTH_JOINTLY: "Smooth all jointly",
    SegmentOperation.MARGIN: "Grow or shrink",
    SegmentOperation.COMBINE: "Combine",
    SegmentOperation.COPY_SLICE: "Copy slice",
    SegmentOperation.RELABEL: "Relabel",
    SegmentOperation.CLEAR: "Clear",
    SegmentOperation.SWAP_LUNGS: "Swap left and right lung",
}
"""As they are called in the undo list and while they wait for a yes; written out, so that they can be translated."""


def _title(segments: SegmentTable, label: int, operation: SegmentOperation, operands: Operands) -> str:
    words, name = NAMES[operation], segments.name(label)
    match operation:
        case SegmentOperation.MARGIN:
            words = "Shrink" if operands.amount_mm < 0 else "Grow"
        case SegmentOperation.COMBINE:
            words = operands.set_operation.value.capitalize()
            other = "HU range" if operands.other == HU_OPERAND else segments.name(operands.other)
            return f"{words} {other} – {name}"
        case SegmentOperation.RELABEL:
            return f"Relabel – {name} to {segments.name(operands.other)}"
    return words if operation in ABOUT_ALL else f"{words} – {name}"


def _controls(
    segments: SegmentTable, label: int, operation: SegmentOperation, operands: Operands, adjust: Any
) -> tuple[Control, ...]:
    def amount(setting: Setting, low: float, high: float) -> Control:
        return Control(setting, operands.amount_mm, lambda v: adjust(amount_mm=float(v)), low, high, 0.5, "mm")

    others = tuple((s.label, s.name) for s in segments.segments if s.label != label)
    match operation:
        case SegmentOperation.SMOOTH:
            return (amount(Setting.SIZE, 1.0, 20.0),)
        case SegmentOperation.SMOOTH_JOINTLY:
            return (amount(Setting.SIGMA, 0.5, 10.0),)
        case SegmentOperation.MARGIN:
            return (amount(Setting.MARGIN, -30.0, 30.0),)
        case SegmentOperation.RELABEL:
            return (Control(Setting.TARGET, operands.other, lambda v: adjust(other=int(v)), choices=others),)
        case SegmentOperation.COMBINE:
            how = tuple((operation.value, operation.value) for operation in SetOperation)
            return (
                Control(Setting.OPERATION, operands.set_operation.value,
                        lambda v: adjust(set_operation=SetOperation(v)), choices=how),
                Control(Setting.OPERAND, operands.other, lambda v: adjust(other=int(v)),
                        choices=(*others, (HU_OPERAND, "HU range"))),
                amount(Setting.MARGIN, 0.0, 50.0),
            )  # fmt: skip
    return ()


def _first_other(segments: SegmentTable) -> int:
    active = segments.active_label
    return next((s.label for s in segments.segments if s.label != active), HU_OPERAND)
