"""Everything the user can do, in one table: menu, words, keys, icon, and when it is possible.

Menus, tool bar, key bindings and the cheat sheet are made from it, so they cannot disagree.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from enum import StrEnum

from ctviewer.domain.windowing import PRESETS
from ctviewer.gui.translation import QT_TRANSLATE_NOOP


class Need(StrEnum):
    """What must be true for an action to be possible."""

    NOTHING = "nothing"
    DOCUMENT = "document"
    NO_PREVIEW = "no preview"
    """A document without a preview waiting."""
    MASK = "mask"
    PREVIEW = "preview"
    """Something is shown that is not part of the mask yet."""
    PREDICTION = "prediction"
    """It is a model's."""
    UNDO = "undo"
    REDO = "redo"
    IDLE_MODEL = "idle model"
    """A document that is not being segmented."""
    MEASUREMENTS = "measurements"
    SELECTED_MEASUREMENT = "selected measurement"
    WRITABLE = "writable"
    """Changes of the mask are kept; asked for by all actions in `WRITES`."""


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One row of the table.

    Parameters
    ----------
    id
        Name of the method of `ctviewer.gui.commands.Commands` that does it.
    menu
        Menu it appears in; empty for keys only.
    text
        English words in the menu.
    keys
        Key sequences; the first is shown in the menu.
    icon
        Material Design name; empty for none.
    need
        When it is possible.
    checkable
        Whether it shows an on/off state.
    on_toolbar
        Whether it has a button in the tool bar.
    separated
        Whether a line is drawn above it.
    """

    id: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    need: Need = Need.DOCUMENT
    _: KW_ONLY
    checkable: bool = False
    on_toolbar: bool = False
    separated: bool = False


FILE = QT_TRANSLATE_NOOP("Actions", "&File")
EDIT = QT_TRANSLATE_NOOP("Actions", "&Edit")
OPERATIONS = QT_TRANSLATE_NOOP("Actions", "&Segment")
VIEW = QT_TRANSLATE_NOOP("Actions", "&View")
WINDOW = QT_TRANSLATE_NOOP("Actions", "&Window")
MEASURE = QT_TRANSLATE_NOOP("Actions", "&Measure")
ANALYSIS = QT_TRANSLATE_NOOP("Actions", "&Analysis")
HELP = QT_TRANSLATE_NOOP("Actions", "&Help")
MENUS = (FILE, EDIT, OPERATIONS, VIEW, WINDOW, MEASURE, ANALYSIS, HELP)
"""In the order of the menu bar. “Window” is the grey-value window: radiologists' word."""


def _presets() -> tuple[ActionSpec, ...]:
    return tuple(
        ActionSpec(f"window_preset_{n}", WINDOW, preset.name, (str(n),)) for n, preset in enumerate(PRESETS, start=1)
    )


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("open_folder", FILE, QT_TRANSLATE_NOOP("Actions", "Open folder…"), ("Ctrl+O",), "folder-open-outline",
               Need.NOTHING, on_toolbar=True),
    ActionSpec("open_file", FILE, QT_TRANSLATE_NOOP("Actions", "Open file…"), ("Ctrl+Shift+O",), "file-outline",
               Need.NOTHING),
    ActionSpec("open_prior", FILE, QT_TRANSLATE_NOOP("Actions", "Open prior beside the current scan…"),
               ("Ctrl+Shift+P",), "history"),
    ActionSpec("open_demo", FILE, QT_TRANSLATE_NOOP("Actions", "Open the demo study"), (), "flask-outline",
               Need.NOTHING),
    ActionSpec("study_list", FILE, QT_TRANSLATE_NOOP("Actions", "Study list"), ("Ctrl+Shift+L",),
               "format-list-bulleted", Need.NOTHING, checkable=True, on_toolbar=True),
    ActionSpec("next_undone", FILE, QT_TRANSLATE_NOOP("Actions", "Next undone case"), ("Ctrl+N",),
               "skip-next-outline", Need.NOTHING),
    ActionSpec("series_previous", FILE, QT_TRANSLATE_NOOP("Actions", "Previous series"), ("Ctrl+Up",)),
    ActionSpec("series_next", FILE, QT_TRANSLATE_NOOP("Actions", "Next series"), ("Ctrl+Down",)),
    ActionSpec("close_document", FILE, QT_TRANSLATE_NOOP("Actions", "Close the study"), ("Ctrl+W",)),
    ActionSpec("save_revision", FILE, QT_TRANSLATE_NOOP("Actions", "Save revision"), ("Ctrl+S",),
               "content-save-outline", Need.MASK, on_toolbar=True, separated=True),
    ActionSpec("check_mask", FILE, QT_TRANSLATE_NOOP("Actions", "Check the mask…"), ("Ctrl+K",),
               "clipboard-check-outline", Need.MASK),
    ActionSpec("accept_case", FILE, QT_TRANSLATE_NOOP("Actions", "Accept case for training…"), ("Ctrl+Return",),
               "check-decagram-outline", Need.MASK, on_toolbar=True),
    ActionSpec("import_mask", FILE, QT_TRANSLATE_NOOP("Actions", "Import mask…"), ("Ctrl+Shift+E",), "import",
               Need.NO_PREVIEW, separated=True),
    ActionSpec("export_mask", FILE, QT_TRANSLATE_NOOP("Actions", "Export mask…"), ("Ctrl+E",), "export-variant",
               Need.MASK),
    ActionSpec("save_screenshot", FILE, QT_TRANSLATE_NOOP("Actions", "Save picture of the views…"), ("Ctrl+Shift+S",),
               "camera-outline", separated=True),
    ActionSpec("copy_screenshot", FILE, QT_TRANSLATE_NOOP("Actions", "Copy picture of the views"), ("Ctrl+C",)),
    ActionSpec("deidentify_study", FILE, QT_TRANSLATE_NOOP("Actions", "Export de-identified study…"), (),
               "incognito"),
    ActionSpec("preferences", FILE, QT_TRANSLATE_NOOP("Actions", "Preferences…"), ("Ctrl+,",), "cog-outline",
               Need.NOTHING, separated=True),
    ActionSpec("quit", FILE, QT_TRANSLATE_NOOP("Actions", "Quit"), ("Ctrl+Q",), need=Need.NOTHING, separated=True),

    ActionSpec("undo", EDIT, QT_TRANSLATE_NOOP("Actions", "Undo"), ("Ctrl+Z",), "undo", Need.UNDO, on_toolbar=True),
    ActionSpec("redo", EDIT, QT_TRANSLATE_NOOP("Actions", "Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", Need.REDO,
               on_toolbar=True),
    ActionSpec("tool_browse", EDIT, QT_TRANSLATE_NOOP("Actions", "Browse"), ("V",), "cursor-default-outline",
               Need.NOTHING, checkable=True, on_toolbar=True, separated=True),
    ActionSpec("tool_window", EDIT, QT_TRANSLATE_NOOP("Actions", "Change the window by dragging"), ("W",),
               "contrast-circle", Need.NOTHING, checkable=True),
    ActionSpec("tool_pan", EDIT, QT_TRANSLATE_NOOP("Actions", "Pan by dragging"), ("T",), "cursor-move", Need.NOTHING,
               checkable=True),
    ActionSpec("tool_zoom", EDIT, QT_TRANSLATE_NOOP("Actions", "Zoom by dragging"), ("Z",), "magnify", Need.NOTHING,
               checkable=True),
    ActionSpec("tool_brush", EDIT, QT_TRANSLATE_NOOP("Actions", "Brush"), ("B",), "brush", Need.DOCUMENT,
               checkable=True, on_toolbar=True),
    ActionSpec("tool_eraser", EDIT, QT_TRANSLATE_NOOP("Actions", "Eraser"), ("E",), "eraser", Need.DOCUMENT,
               checkable=True, on_toolbar=True),
    ActionSpec("tool_polygon", EDIT, QT_TRANSLATE_NOOP("Actions", "Polygon"), ("Y",), "vector-polygon-variant",
               Need.DOCUMENT, checkable=True),
    ActionSpec("tool_lasso", EDIT, QT_TRANSLATE_NOOP("Actions", "Lasso"), ("J",), "lasso", Need.DOCUMENT,
               checkable=True),
    ActionSpec("tool_livewire", EDIT, QT_TRANSLATE_NOOP("Actions", "Outline along edges (livewire)"), ("Shift+J",),
               "vector-polyline", Need.DOCUMENT, checkable=True),
    ActionSpec("tool_fill", EDIT, QT_TRANSLATE_NOOP("Actions", "Fill"), ("U",), "format-color-fill", Need.DOCUMENT,
               checkable=True),
    ActionSpec("tool_grow", EDIT, QT_TRANSLATE_NOOP("Actions", "Region grow in an HU range"), ("Q",), "magic-staff",
               Need.DOCUMENT, checkable=True),
    ActionSpec("tool_scissors", EDIT, QT_TRANSLATE_NOOP("Actions", "Scissors"), ("X",), "content-cut", Need.DOCUMENT,
               checkable=True),
    ActionSpec("tool_island", EDIT, QT_TRANSLATE_NOOP("Actions", "Keep or remove islands"), ("K",),
               "checkbox-multiple-blank-circle-outline", Need.DOCUMENT, checkable=True),
    ActionSpec("toggle_subtract", EDIT, QT_TRANSLATE_NOOP("Actions", "Outlines and fills subtract"), ("Shift+S",),
               "minus-box-outline", Need.NOTHING, checkable=True, separated=True),
    ActionSpec("lung_gate", EDIT, QT_TRANSLATE_NOOP("Actions", "Paint only in lung and air"), ("Shift+H",), "lungs",
               Need.NOTHING),
    ActionSpec("adaptive_gate", EDIT, QT_TRANSLATE_NOOP("Actions", "HU gate from the clicked tissue"),
               ("Ctrl+Shift+H",), "target-variant", Need.NOTHING, checkable=True),
    ActionSpec("toggle_gate", EDIT, QT_TRANSLATE_NOOP("Actions", "Paint only within the HU gate"), ("H",),
               "filter-variant", Need.NOTHING, checkable=True, on_toolbar=True),
    ActionSpec("toggle_ball", EDIT, QT_TRANSLATE_NOOP("Actions", "Brush in three dimensions"), ("D",), "sphere",
               Need.NOTHING, checkable=True, on_toolbar=True),
    ActionSpec("brush_smaller", EDIT, QT_TRANSLATE_NOOP("Actions", "Smaller brush"), ("[",), need=Need.NOTHING),
    ActionSpec("brush_larger", EDIT, QT_TRANSLATE_NOOP("Actions", "Larger brush"), ("]",), need=Need.NOTHING),
    ActionSpec("next_segment", EDIT, QT_TRANSLATE_NOOP("Actions", "Next segment"), ("N",)),
    ActionSpec("cancel", EDIT, QT_TRANSLATE_NOOP("Actions", "Cancel the stroke, reject the preview, or stop the tool"),
               ("Esc",), need=Need.NOTHING, separated=True),

    ActionSpec("new_segment", OPERATIONS, QT_TRANSLATE_NOOP("Actions", "New segment…"), ("Ins",), "plus"),
    ActionSpec("rename_segment", OPERATIONS, QT_TRANSLATE_NOOP("Actions", "Rename the segment…"), ("Ctrl+F2",),
               "rename-outline"),
    ActionSpec("delete_segment", OPERATIONS, QT_TRANSLATE_NOOP("Actions", "Delete the segment"), ("Shift+Del",),
               "trash-can-outline", Need.NO_PREVIEW),
    ActionSpec("clear_segment", OPERATIONS, QT_TRANSLATE_NOOP("Actions", "Clear the segment"), ("Ctrl+Del",),
               "broom", Need.MASK),
    ActionSpec("keep_largest", OPERATIONS, QT_TRANSLATE_NOOP("Actions", "Keep the largest part"), ("Ctrl+L",),
               "circle-double", Need.MASK, separated=True),
    ActionSpec("fill_holes", OPERATIONS, QT_TRANSLATE_NOOP("Actions", "Fill holes"), ("Ctrl+H",),
               "circle-slice-8", Need.MASK),
    ActionSpec("fill_between_slices", OPERATIONS, QT_TRANSLATE_NOOP("Actions", "Fill between slices"), ("F",),
               "layers-plus", Need.MASK),
    ActionSpec("smooth", OPERATIONS, QT_TRANSLATE_NOOP("Actions", "Smooth"), ("Ctrl+M",), "blur", Need.MASK),
    ActionSpec("smooth_jointly", OPERATIONS, QT_TRANSLATE_NOOP("Actions", "Smooth all segments jointly"),
               ("Ctrl+Shift+M",), "blur-linear", Need.MASK),
    ActionSpec("grow_or_shrink", OPERATIONS, QT_TRANSLATE_NOOP("Actions", "Grow or shrink"), ("Ctrl+G",),
               "arrow-expand-all", Need.MASK),
    ActionSpec("combine", OPERATIONS, QT_TRANSLATE_NOOP("Actions", "Add, subtract, intersect"), ("Ctrl+B",),
               "set-center", Need.MASK),
    ActionSpec("copy_to_previous", OPERATIONS, QT_TRANSLATE_NOOP("Actions", "Copy to the previous slice"),
               ("Ctrl+PgUp",), "arrow-up-bold-box-outline", Need.MASK, separated=True),
    ActionSpec("copy_to_next", OPERATIONS, QT_TRANSLATE_NOOP("Actions", "Copy to the next slice"), ("Ctrl+PgDown",),
               "arrow-down-bold-box-outline", Need.MASK),
    ActionSpec("relabel", OPERATIONS, QT_TRANSLATE_NOOP("Actions", "Relabel"), ("Ctrl+Shift+R",),
               "tag-arrow-right-outline", Need.MASK, separated=True),
    ActionSpec("swap_lungs", OPERATIONS, QT_TRANSLATE_NOOP("Actions", "Swap left and right lung"), (),
               "swap-horizontal", Need.MASK),

    ActionSpec("slice_previous", VIEW, QT_TRANSLATE_NOOP("Actions", "Previous slice"), ("Up", "Left")),
    ActionSpec("slice_next", VIEW, QT_TRANSLATE_NOOP("Actions", "Next slice"), ("Down", "Right")),
    ActionSpec("slice_back_10", VIEW, QT_TRANSLATE_NOOP("Actions", "Ten slices back"), ("PgUp", "Shift+Up")),
    ActionSpec("slice_on_10", VIEW, QT_TRANSLATE_NOOP("Actions", "Ten slices on"), ("PgDown", "Shift+Down")),
    ActionSpec("slice_first", VIEW, QT_TRANSLATE_NOOP("Actions", "First slice"), ("Home",)),
    ActionSpec("slice_last", VIEW, QT_TRANSLATE_NOOP("Actions", "Last slice"), ("End",)),
    ActionSpec("next_slice_to_check", VIEW, QT_TRANSLATE_NOOP("Actions", "Next slice to check"), ("Shift+N",),
               "eye-arrow-right-outline"),
    ActionSpec("cine_play", VIEW, QT_TRANSLATE_NOOP("Actions", "Play through the slices"), ("C",), "play",
               checkable=True, separated=True),
    ActionSpec("cine_faster", VIEW, QT_TRANSLATE_NOOP("Actions", "Play faster"), (".",), need=Need.NOTHING),
    ActionSpec("cine_slower", VIEW, QT_TRANSLATE_NOOP("Actions", "Play slower"), (",",), need=Need.NOTHING),
    ActionSpec("cine_bounce", VIEW, QT_TRANSLATE_NOOP("Actions", "Play back and forth"), need=Need.NOTHING,
               checkable=True),
    ActionSpec("zoom_in", VIEW, QT_TRANSLATE_NOOP("Actions", "Zoom in"), ("Ctrl++", "Ctrl+=", "+", "="),
               separated=True),
    ActionSpec("zoom_out", VIEW, QT_TRANSLATE_NOOP("Actions", "Zoom out"), ("Ctrl+-", "-")),
    ActionSpec("reset_view", VIEW, QT_TRANSLATE_NOOP("Actions", "Reset the view"), ("R",),
               "image-filter-center-focus", on_toolbar=True),
    ActionSpec("layout_axial", VIEW, QT_TRANSLATE_NOOP("Actions", "Axial view"), ("F2",), "square-outline",
               Need.NOTHING, checkable=True, on_toolbar=True, separated=True),
    ActionSpec("layout_planes", VIEW, QT_TRANSLATE_NOOP("Actions", "Three planes"), ("F3",), "view-quilt-outline",
               Need.NOTHING, checkable=True, on_toolbar=True),
    ActionSpec("layout_surfaces", VIEW, QT_TRANSLATE_NOOP("Actions", "Axial view and 3-D"), ("F4",), "cube-outline",
               Need.NOTHING, checkable=True, on_toolbar=True),
    ActionSpec("layout_prior", VIEW, QT_TRANSLATE_NOOP("Actions", "Prior beside the current scan"), ("F6",), "compare",
               Need.NOTHING, checkable=True, on_toolbar=True),
    ActionSpec("toggle_overlay", VIEW, QT_TRANSLATE_NOOP("Actions", "Show masks (hold Space to hide)"), ("G",),
               "eye-outline", Need.NOTHING, checkable=True, on_toolbar=True, separated=True),
    ActionSpec("toggle_outline", VIEW, QT_TRANSLATE_NOOP("Actions", "Masks as outlines"), ("O",), "vector-square",
               Need.NOTHING, checkable=True, on_toolbar=True),
    ActionSpec("toggle_smooth", VIEW, QT_TRANSLATE_NOOP("Actions", "Interpolate between voxels"), ("Shift+I",),
               need=Need.NOTHING, checkable=True),
    ActionSpec("toggle_text", VIEW, QT_TRANSLATE_NOOP("Actions", "Text on the image"), ("I",), need=Need.NOTHING,
               checkable=True),
    ActionSpec("next_slab", VIEW, QT_TRANSLATE_NOOP("Actions", "Slab: single slice, MIP, MinIP, mean"), ("M",),
               "layers-outline", separated=True),
    ActionSpec("slab_thicker", VIEW, QT_TRANSLATE_NOOP("Actions", "Thicker slab"), ("Shift+]",)),
    ActionSpec("slab_thinner", VIEW, QT_TRANSLATE_NOOP("Actions", "Thinner slab"), ("Shift+[",)),
    ActionSpec("flip_across", VIEW, QT_TRANSLATE_NOOP("Actions", "Flip left to right (picture only)"), (),
               "flip-horizontal", checkable=True, separated=True),
    ActionSpec("flip_down", VIEW, QT_TRANSLATE_NOOP("Actions", "Flip top to bottom (picture only)"), (),
               "flip-vertical", checkable=True),

    *_presets(),
    ActionSpec("window_of_file", WINDOW, QT_TRANSLATE_NOOP("Actions", "As the file recommends"), ("0",)),
    ActionSpec("toggle_inverted", WINDOW, QT_TRANSLATE_NOOP("Actions", "Invert the grey scale"), ("Ctrl+I",),
               "invert-colors", Need.NOTHING, checkable=True, separated=True),

    ActionSpec("measure_length", MEASURE, QT_TRANSLATE_NOOP("Actions", "Length"), ("L",), "ruler", checkable=True,
               on_toolbar=True),
    ActionSpec("measure_angle", MEASURE, QT_TRANSLATE_NOOP("Actions", "Angle"), ("A",), "angle-acute", checkable=True),
    ActionSpec("measure_bidirectional", MEASURE, QT_TRANSLATE_NOOP("Actions", "Two perpendicular diameters"),
               ("Shift+L",), "arrow-all", checkable=True),
    ActionSpec("measure_ratio", MEASURE, QT_TRANSLATE_NOOP("Actions", "Ratio of two diameters (PA : aorta)"),
               ("Shift+R",), "division", checkable=True),
    ActionSpec("measure_ellipse", MEASURE, QT_TRANSLATE_NOOP("Actions", "Ellipse with HU statistics"), ("Shift+E",),
               "ellipse-outline", checkable=True, separated=True),
    ActionSpec("measure_polygon", MEASURE, QT_TRANSLATE_NOOP("Actions", "Polygon with HU statistics"), ("Shift+P",),
               "vector-polygon", checkable=True),
    ActionSpec("measure_probe", MEASURE, QT_TRANSLATE_NOOP("Actions", "Value of a voxel"), ("Shift+V",), "eyedropper",
               checkable=True),
    ActionSpec("toggle_measurements", MEASURE, QT_TRANSLATE_NOOP("Actions", "Show measurements"), ("Shift+M",),
               need=Need.NOTHING, checkable=True, separated=True),
    ActionSpec("copy_measurements", MEASURE, QT_TRANSLATE_NOOP("Actions", "Copy the list of measurements"),
               ("Ctrl+Shift+C",), "content-copy", Need.MEASUREMENTS),
    ActionSpec("export_measurements", MEASURE, QT_TRANSLATE_NOOP("Actions", "Export measurements…"), (),
               "file-delimited-outline", Need.MEASUREMENTS),
    ActionSpec("remove_measurement", MEASURE, QT_TRANSLATE_NOOP("Actions", "Remove the selected measurement"),
               ("Del", "Backspace"), "trash-can-outline", Need.SELECTED_MEASUREMENT),

    ActionSpec("segment", ANALYSIS, QT_TRANSLATE_NOOP("Actions", "Segment lungs and trachea"), ("S",), "lungs",
               Need.IDLE_MODEL, on_toolbar=True),
    ActionSpec("accept_preview", ANALYSIS, QT_TRANSLATE_NOOP("Actions", "Accept the preview"), ("Return", "Enter"),
               "check", Need.PREVIEW),
    ActionSpec("reject_preview", ANALYSIS, QT_TRANSLATE_NOOP("Actions", "Reject the preview"), (), "close",
               Need.PREVIEW),
    ActionSpec("accept_unreviewed", ANALYSIS,
               QT_TRANSLATE_NOOP("Actions", "Accept on slices not reviewed yet, or everywhere"), ("Shift+U",),
               need=Need.PREDICTION),
    ActionSpec("tool_box", ANALYSIS, QT_TRANSLATE_NOOP("Actions", "Accept inside a box"), ("Shift+B",), "selection",
               Need.PREDICTION, checkable=True),
    ActionSpec("reject_structure", ANALYSIS, QT_TRANSLATE_NOOP("Actions", "Reject or take this structure"),
               ("Shift+K",), need=Need.PREDICTION),
    ActionSpec("classify", ANALYSIS, QT_TRANSLATE_NOOP("Actions", "Assess pulmonary hypertension"), ("P",),
               "heart-pulse", separated=True),
    ActionSpec("propose_evidence", ANALYSIS, QT_TRANSLATE_NOOP("Actions", "Measure pulmonary trunk and aorta"),
               ("Shift+D",), "ruler-square"),
    ActionSpec("report", ANALYSIS, QT_TRANSLATE_NOOP("Actions", "Report…"), ("Ctrl+R",), "file-document-outline",
               on_toolbar=True),
    ActionSpec("retrain", ANALYSIS, QT_TRANSLATE_NOOP("Actions", "Retrain the model…"), ("Ctrl+T",),
               "school-outline", Need.NOTHING, separated=True),
    ActionSpec("model_card", ANALYSIS, QT_TRANSLATE_NOOP("Actions", "Card of the segmentation model"), (),
               "information-outline", Need.NOTHING),

    ActionSpec("cheat_sheet", HELP, QT_TRANSLATE_NOOP("Actions", "Keys and mouse"), ("F1",), "keyboard-outline",
               Need.NOTHING),
    ActionSpec("about", HELP, QT_TRANSLATE_NOOP("Actions", "About ctviewer"), (), need=Need.NOTHING),
)  # fmt: skip

WRITES = frozenset(
    {
        "save_revision", "accept_case", "import_mask", "undo", "redo", "tool_brush", "tool_eraser", "tool_polygon",
        "tool_lasso", "tool_livewire", "tool_fill", "tool_grow", "tool_scissors", "tool_island", "new_segment",
        "rename_segment", "delete_segment", "clear_segment", "keep_largest", "fill_holes", "fill_between_slices",
        "smooth", "smooth_jointly", "grow_or_shrink", "combine", "copy_to_previous", "copy_to_next", "relabel",
        "swap_lungs", "accept_preview", "accept_unreviewed", "tool_box",
    }
)  # fmt: skip
"""Actions that change what is kept: impossible in a window that only reads."""

MOUSE: tuple[tuple[str, str], ...] = (
    (QT_TRANSLATE_NOOP("Actions", "Wheel"), QT_TRANSLATE_NOOP("Actions", "Previous or next slice")),
    (QT_TRANSLATE_NOOP("Actions", "Ctrl + wheel"), QT_TRANSLATE_NOOP("Actions", "Zoom at the pointer")),
    (QT_TRANSLATE_NOOP("Actions", "Shift + wheel"), QT_TRANSLATE_NOOP("Actions", "Brush size")),
    (QT_TRANSLATE_NOOP("Actions", "Alt + wheel"), QT_TRANSLATE_NOOP("Actions", "Thickness of the slab")),
    (QT_TRANSLATE_NOOP("Actions", "Right drag"), QT_TRANSLATE_NOOP("Actions", "Window: across width, down centre")),
    (QT_TRANSLATE_NOOP("Actions", "Middle drag"), QT_TRANSLATE_NOOP("Actions", "Pan")),
    (QT_TRANSLATE_NOOP("Actions", "Left drag"), QT_TRANSLATE_NOOP("Actions", "Tool; Browse: scroll, or crosshair")),
    (QT_TRANSLATE_NOOP("Actions", "Ctrl + left"), QT_TRANSLATE_NOOP("Actions", "The tool the other way round")),
    (QT_TRANSLATE_NOOP("Actions", "Double-click, Enter"), QT_TRANSLATE_NOOP("Actions", "Close the outline")),
    (QT_TRANSLATE_NOOP("Actions", "Backspace"), QT_TRANSLATE_NOOP("Actions", "Last point of the outline back")),
    (QT_TRANSLATE_NOOP("Actions", "Double-click"), QT_TRANSLATE_NOOP("Actions", "One view large, or all again")),
    (QT_TRANSLATE_NOOP("Actions", "Shift + move"), QT_TRANSLATE_NOOP("Actions", "Crosshair follows (three planes)")),
    (QT_TRANSLATE_NOOP("Actions", "Hold Space"), QT_TRANSLATE_NOOP("Actions", "Hide the masks")),
)
"""What the mouse does, for the cheat sheet."""
