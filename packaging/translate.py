"""Brings the translation catalogues up to date with the source.

    .venv/bin/python packaging/translate.py            # update ctviewer_ru.ts and make ctviewer_ru.qm
    .venv/bin/python packaging/translate.py --list     # … and print what is not translated yet, as JSON

``lupdate`` collects the texts of the window, ``sentences.py`` those of the layers below. Translate in Qt Linguist
(``pyside6-linguist resources/translations/ctviewer_ru.ts``), then run this again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

import PySide6

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = ("ru",)
SENTENCES = FOLDER / "sentences.json"
TOOLS = Path(PySide6.__file__).parent


def main() -> int:
    """Update all catalogues; returns 1 if something is not translated."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--list", action="store_true", help="print what is not translated yet")
    arguments = parser.parse_args()
    sys.path.insert(0, str(ROOT / "packaging"))
    from sentences import names_in_models, run_messages, sentences

    names = names_in_models(ROOT / "resources" / "models")
    templates = sorted({**sentences(ROOT / "ctviewer"), **run_messages(ROOT / "training"), **names})
    FOLDER.mkdir(parents=True, exist_ok=True)
    SENTENCES.write_text(json.dumps(templates, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    missing = 0
    for language in LANGUAGES:
        catalogue = FOLDER / f"ctviewer_{language}.ts"
        update(catalogue, language, templates)
        run("lrelease", "-silent", "-nounfinished", str(catalogue), "-qm", str(catalogue.with_suffix(".qm")))
        waiting = untranslated(catalogue)
        missing += len(waiting)
        print(f"{catalogue.name}: {len(waiting)} texts are not translated", file=sys.stderr)
        if arguments.list:
            print(json.dumps(waiting, ensure_ascii=False, indent=0))
    return 1 if missing else 0


def update(catalogue: Path, language: str, templates: list[str]) -> None:
    """Take new texts into a catalogue, and drop those that are gone."""
    with tempfile.TemporaryDirectory() as folder:
        stand_in = Path(folder) / "sentences_of_lower_layers.py"
        lines = (f'QT_TRANSLATE_NOOP("Sentences", {json.dumps(text, ensure_ascii=False)})\n' for text in templates)
        stand_in.write_text("".join(lines), encoding="utf-8")
        sources = [*sorted((ROOT / "ctviewer").rglob("*.py")), stand_in]
        listing = Path(folder) / "sources.txt"
        listing.write_text("\n".join(map(str, sources)), encoding="utf-8")
        options = ("-silent", "-no-obsolete", "-locations", "none", "-tr-function-alias", "translate+=translated")
        run("lupdate", *options, "-source-language", "en", "-target-language", language, f"@{listing}", "-ts",
            str(catalogue))  # fmt: skip


def untranslated(catalogue: Path) -> list[tuple[str, str]]:
    """Context and text of everything a catalogue does not translate."""
    found = []
    for context in ET.parse(catalogue).getroot().iter("context"):
        name = context.findtext("name", "")
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation is None or translation.get("type") == "unfinished" or not (translation.text or "").strip():
                found.append((name, message.findtext("source", "")))
    return found


def run(tool: str, *arguments: str) -> None:
    """Run one of Qt's tools that come with PySide6."""
    path = next((p for p in (TOOLS / tool, TOOLS / f"{tool}.exe", TOOLS / "Qt" / "libexec" / tool) if p.exists()), None)
    if path is None:
        raise SystemExit(f"{tool} is missing; install PySide6-Essentials.")
    subprocess.run([str(path), *arguments], check=True)


if __name__ == "__main__":
    raise SystemExit(main())
