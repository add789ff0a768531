"""Nothing in the source is untranslated, and nothing in the Russian window is English."""

import ast
import json
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialog,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QTableWidget,
    QTabWidget,
    QWidget,
)

from ctviewer.config import paths
from ctviewer.config.sentence_templates import TEMPLATES
from ctviewer.domain.edits.region import Region
from ctviewer.domain.found_structure import FoundStructure, targets
from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.gui import sentences
from ctviewer.gui.dialogs.import_mask import ImportMaskDialog
from ctviewer.gui.sentences import said
from ctviewer.gui.translation import install_language, language_of
from ctviewer.services.importing import FoundMask
from ctviewer.services.mask_check import FindingKind, check_mask
from ctviewer.session.messages import Message, Severity
from tests.gui.conftest import show
from tests.support.volumes import prediction, volume

pytestmark = pytest.mark.gui
ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "resources" / "translations" / "ctviewer_ru.ts"
CALLS = {"translate": 0, "QT_TRANSLATE_NOOP": 0, "translated": 0}


@pytest.fixture
def russian(themed_app):
    before = set(themed_app.findChildren(QTranslator))
    install_language(themed_app, "ru")
    sentences.forget()
    yield themed_app
    for translator in set(themed_app.findChildren(QTranslator)) - before:
        themed_app.removeTranslator(translator)
        translator.deleteLater()
    sentences.forget()


def catalogue():
    """Translation by context and source."""
    found = {}
    for context in ET.parse(CATALOGUE).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            done = translation is not None and translation.get("type") is None and translation.text
            found[context.findtext("name"), message.findtext("source")] = translation.text if done else ""
    return found


def texts_of_the_window():
    """Context and text of every literal the window gives to Qt for translation, found without Qt's tools."""
    for path in sorted((ROOT / "ctviewer").rglob("*.py")):
        yield from texts_in(path.read_text(encoding="utf-8"))


def texts_in(source):
    def visit(node, owner):
        if isinstance(node, ast.ClassDef):
            owner = node.name
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            literals = [a.value if isinstance(a, ast.Constant) else None for a in node.args[:2]]
            if name == "tr" and literals and isinstance(literals[0], str):
                yield owner, literals[0]
            elif name in CALLS and len(literals) == 2 and all(isinstance(text, str) for text in literals):
                yield tuple(literals)
        for child in ast.iter_child_nodes(node):
            yield from visit(child, owner)

    yield from visit(ast.parse(source), "")


def test_every_text_of_the_window_is_translated():
    known = catalogue()
    assert len(known) > 300
    assert sorted({text for text in texts_of_the_window() if not known.get(text)}) == []


def test_every_sentence_of_the_layers_below_is_translated():
    sys.path.insert(0, str(ROOT / "packaging"))
    try:
        from sentences import names_in_models
        from sentences import sentences as templates
    finally:
        sys.path.pop(0)
    wanted = {*templates(ROOT / "ctviewer"), *names_in_models(ROOT / "resources" / "models")}
    shipped = json.loads(paths.resource(TEMPLATES).read_text(encoding="utf-8"))
    assert wanted - set(shipped) == set(), "run packaging/translate.py"
    known = catalogue()
    assert [text for text in shipped if not known.get(("Sentences", text))] == []


def test_the_shipped_catalogue_is_made_from_the_translations(russian):
    wrong = [
        (context, text)
        for (context, text), translation in catalogue().items()
        if QCoreApplication.translate(context, text) != translation
    ]
    assert wrong == []


def test_placeholders_survive():
    def names(text):
        return sorted(re.findall(r"\{(\w*)[^}]*\}", text))

    wrong = [
        (source, translation)
        for (context, source), translation in catalogue().items()
        if context != "Sentences" and names(source) != names(translation)
    ]
    assert wrong == []


def test_extraction_by_two_ways_agrees():
    assert list(texts_in('class A:\n    def f(self):\n        self.tr("x")\n        translated("C", "y")')) == [
        ("A", "x"),
        ("C", "y"),
    ]


@pytest.mark.parametrize(
    ("english", "russian_text"),
    [
        ("The revision is saved.", "Редакция сохранена."),
        (
            "Series “Chest” cannot be opened: its header is damaged at element (0008,0005).",
            "Серию «Chest» не удаётся открыть: заголовок повреждён в элементе (0008,0005).",
        ),
        ("12 files could not be used.", "Не удалось использовать файлов: 12."),
        ("Left lung has 3 separate parts (12.5 ml).", "Левое лёгкое: отдельных частей 3 (12.5 мл)."),
        ("A single slice: no volumes can be measured.\nThe images were compressed with loss.",
         "Один срез: объёмы измерить нельзя.\nИзображения сжаты с потерями."),
        ("Segmenting: slice 5 of 80", "Сегментация: срез 5 из 80"),
        ("MUELLER^HANS", "MUELLER^HANS"),
        ("", ""),
        ("5.0 mm", "5.0 мм"),
    ],
)  # fmt: skip
def test_sentences_from_below(russian, english, russian_text):
    assert said(english) == russian_text


def test_no_english_in_the_findings_of_the_check(russian):
    scan = volume((20, 40, 48))
    lungs, spot, tube = (np.zeros(scan.hu.shape, np.uint8) for _ in range(3))
    lungs[:, :20, 24:], lungs[:, 20:, :24] = 1, 2  # to two sides and both ends of the scan
    lungs[10, 24, 2], lungs[10, 25, 40], lungs[4:8, 5:9, 30:34], lungs[14, :, 24:] = 1, 1, 0, 0
    spot[2:15, 2:6, 4:8], spot[8, 10:30, 10:30] = 3, 3
    tube[:, 5:25, 4:44] = 3
    found = [
        f for labels in (lungs, lungs[:, ::-1, ::-1], spot, tube) for f in check_mask(labels, scan, CHEST_SEGMENTS)
    ]
    assert {finding.kind for finding in found} == set(FindingKind)
    assert len({f.message.partition(" touches ")[2] for f in found if f.kind is FindingKind.BORDER}) == 6
    assert {f.message: english_in(said(f.message)) for f in found} == {f.message: [] for f in found}


def test_english_stays_as_it_is(themed_app):
    sentences.forget()
    assert said("The revision is saved.") == "The revision is saved."
    assert language_of("en") == "en"
    assert language_of("ru") == "ru"


# -- the window in Russian ---------------------------------------------------------------------------------------------

ALLOWED = re.compile(
    r"ctviewer|DICOM|NIfTI|NRRD|MHA|MHD|HU|MIP|MinIP|CSV|JSON|PDF|HTML|STL|SR|SEG|RTSTRUCT|ID|CUDA|NVIDIA|MPS|Apple|English|"
    r"Dice|PNG|JPEG|Attention|U-Net|UNet|V2|chest|Chest|Test|model|TEST|PATIENT|tester|CT|P|F|Slicer|"
    r"Ctrl|Shift|Alt|Meta|Esc|Return|Enter|Home|End|PgUp|PgDown|PgDn|Up|Down|Left|Right|Space|Tab|Del|Backspace|Ins|"
    r"[A-Z]|F\d+|x|y|z|nowhere|slice|dcm|login|tmp[\w]*|pytest\S*|data"
)
WORD = re.compile(r"[A-Za-z][A-Za-z-]{2,}")


def english_in(text):
    """Latin words of a text that are no names, units or keys."""
    return [word for word in WORD.findall(text) if not ALLOWED.fullmatch(word)]


def texts_of(root):
    """Every text a widget tree shows or reads out."""
    for widget in (root, *root.findChildren(QWidget)):
        yield widget.toolTip()
        yield widget.accessibleName()
        yield from own_texts(widget)
    for action in root.findChildren(QAction):
        yield action.text()


def own_texts(widget):
    match widget:
        case QLabel() | QAbstractButton():
            return [widget.text()]
        case QLineEdit():
            return [widget.placeholderText()]
        case QGroupBox() | QMenu():
            return [widget.title()]
        case QComboBox():
            return [widget.itemText(n) for n in range(widget.count())]
        case QTabWidget():
            return [widget.tabText(n) for n in range(widget.count())]
        case QTableWidget():
            cells = [widget.item(row, n) for row in range(widget.rowCount()) for n in range(widget.columnCount())]
            return [cell.text() for cell in cells if cell is not None]
        case QDialog():
            return [widget.windowTitle()]
    return []


def leftovers(root):
    return sorted({text for text in texts_of(root) if text and english_in(text)})


def test_no_english_in_the_window(russian, qtbot, make_window):
    window = make_window()
    assert leftovers(window) == []
    document = show(window, volume())
    document.show_preview(prediction(document.volume))
    window.session.workspace.messages.post(Message(Severity.WARNING, "The revision is saved.", "Try it again.", ""))
    assert "Редакция сохранена." in set(texts_of(window))
    assert leftovers(window) == []
    window.actions_by_id["study_list"].trigger()
    header = window.pages.study_list.model
    assert [english_in(header.headerData(n, _horizontal())) for n in range(header.columnCount())] == (
        [[]] * header.columnCount()
    )


def _horizontal():
    from PySide6.QtCore import Qt

    return Qt.Orientation.Horizontal


def test_no_english_in_the_dialogs(russian, window):
    from ctviewer.gui.dialogs.cheat_sheet import CheatSheet
    from ctviewer.gui.dialogs.preferences_dialog import PreferencesDialog

    made = [
        CheatSheet(window),
        PreferencesDialog(window.session.settings, Path("/data"), "login", window),
    ]
    assert {type(dialog).__name__: leftovers(dialog) for dialog in made} == {
        type(dialog).__name__: [] for dialog in made
    }
    for dialog in made:
        dialog.close()


def test_import_dialog_suggests_the_known_segments_under_their_translated_names(qtbot, russian):
    region = Region((slice(0, 1),) * 3, np.ones((1, 1, 1), bool))
    found = FoundMask(Path("mask.nii.gz"), (FoundStructure("Right lung", region, 2), FoundStructure("Bed", region, 9)))
    suggested = targets(found.structures, CHEST_SEGMENTS)
    dialog = ImportMaskDialog(found, suggested, CHEST_SEGMENTS, 0.001)
    qtbot.addWidget(dialog)
    assert dialog.targets == [CHEST_SEGMENTS[1], None]
    assert dialog._boxes[0].currentText() == "Правое лёгкое"


def test_names_of_operations_on_a_segment_are_translated(russian):
    assert sentences.said("Fill holes – Left lung") == "Заполнить отверстия – Левое лёгкое"
    assert sentences.said("Relabel – Left lung to Trachea") == "Переназначить – Левое лёгкое: теперь Трахея"


def test_measurements_have_units_of_the_language(russian):
    from ctviewer.domain.measurement_values import Quantity, QuantityName
    from ctviewer.gui.measurement_text import with_unit

    assert with_unit(Quantity(QuantityName.LENGTH, 18.0, "mm")) == "18.0 мм"
