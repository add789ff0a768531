"""Tables for spreadsheets: numbers stay numbers, and no text runs as a formula."""

from pathlib import Path

import pytest

from ctviewer.io.csv_text import csv_text, write_csv


@pytest.mark.parametrize("text", ["=1+1", "+7", "@SUM(A1)", "\t=1", "-x", "-", "-1 +cmd|' /C calc'!A0", "-1+1"])
def test_a_text_that_a_spreadsheet_would_run_is_marked_as_text(text: str) -> None:
    assert csv_text(["a"], [[text]]).splitlines()[1].strip('"') == f"'{text}"


@pytest.mark.parametrize("cell", [-5.5, "-5.5", "-850 HU", "-850 ± 12 HU", "-1.0 2.0 3.0; -4.0 5.0 -6.0", "a=b", ""])
def test_numbers_and_other_texts_stay_as_they_are(cell: object) -> None:
    assert csv_text(["a", "b"], [[cell, 1]]).splitlines()[1] == f"{cell},1"


def test_a_written_table_reads_back_exactly_and_none_is_empty(tmp_path: Path) -> None:
    write_csv(tmp_path / "t.csv", [{"name": "=HYPERLINK(1)", "x": 0.1 + 0.2, "y": None}])
    assert (tmp_path / "t.csv").read_bytes() == b"name,x,y\r\n'=HYPERLINK(1),0.30000000000000004,\r\n"
