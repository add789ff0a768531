"""What the README says about places is true."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = "### Where does a behaviour live?"


def places(readme: str) -> list[tuple[str, list[str]]]:
    """Rows of the table: the behaviour, and the paths it names."""
    part = readme[readme.index(TABLE) :].split("\n## ")[0]
    rows = [line.strip("|").split(" | ") for line in part.splitlines() if line.startswith("| ")][1:]
    return [(row[0].strip(), re.findall(r"`([\w*/.]+(?:\.py|\.html|/|[a-z]/\w+))`", row[1])) for row in rows]


def is_there(path: str, row: list[str]) -> bool:
    """Whether a path leads somewhere, also one that is said beside another one (`training/losses.py`, `augment.py`)."""
    folders = [ROOT, ROOT / "ctviewer", *(ROOT / Path(other).parent for other in row)]
    folders += [ROOT / "ctviewer" / other for other in row if other.endswith("/")]
    folders += [ROOT / other for other in row if other.endswith("/")]
    return any(list(folder.glob(path.rstrip("/"))) for folder in folders)


def test_every_place_in_the_table_exists() -> None:
    rows = places((ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(rows) > 80
    assert [(behaviour, path) for behaviour, row in rows for path in row if not is_there(path, row)] == []


def test_a_place_that_moved_is_seen() -> None:
    table = "| Behaviour | Place |\n|---|---|\n| opening | `io/index.py`, `io/gone.py` |"
    rows = places(f"{TABLE}\n\n{table}\n\n## Limits")
    assert rows == [("opening", ["io/index.py", "io/gone.py"])]
    assert [is_there(path, rows[0][1]) for path in rows[0][1]] == [True, False]
