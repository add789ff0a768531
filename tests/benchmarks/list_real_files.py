"""Which of the real files open, and why the others do not, as a table.

``python -m tests.benchmarks.list_real_files`` (the data are found through CTVIEWER_TEST_DATA)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ctviewer.domain.errors import CTViewerError, UndecidedSeriesError
from ctviewer.domain.study import SeriesRef
from ctviewer.services.study_loading import load, open_path
from tests.support.real_data import real_data_root

RANGE = re.compile(r"The values run from -?\d+ to -?\d+")
PICTURES = (".png", ".jpg", ".json", ".txt", ".md")


def units(root: Path) -> Iterator[Path]:
    """Folders that hold one series, and single files; what a person would drop."""
    for path in sorted(root.iterdir()):
        if path.is_file():
            if path.suffix.lower() not in PICTURES:
                yield path
            continue
        files = [p for p in path.iterdir() if p.is_file()]
        is_series = len(files) > 12 and not any(p.suffix in (".nrrd", ".gz") for p in files)
        if is_series and "nema" not in path.name:
            yield path
        else:
            yield from units(path)


def rows(path: Path) -> Iterator[tuple[str, str, str]]:
    """What happens, the size, and the remarks for each series of a unit."""
    try:
        index, _ = open_path(path)
    except CTViewerError as error:
        yield "refused", "", getattr(error, "reason", error.message)
        return
    for series in index.series:
        try:
            volume = load(series)
        except UndecidedSeriesError as error:
            yield "asked", "", f"{error.reason}; {len(error.answers)} answers"
            continue
        except CTViewerError as error:
            yield "refused", "", error.message
            continue
        k, j, i = volume.hu.shape
        size = f"{i}×{j}×{k}, " + "×".join(f"{mm:.3g}" for mm in reversed(volume.geometry.spacing_mm)) + " mm"
        remarks = [*volume.notes, *([f"Not analysed: {series.ai_exclusion}"] if series.ai_exclusion else [])]
        yield "opens", _name(series, path) + size, RANGE.sub("The values run from … to …", " ".join(remarks))


def _name(series: SeriesRef, path: Path) -> str:
    return f"{series.sub_series}: " if path.is_dir() and series.sub_series else ""


def main() -> None:
    root = real_data_root()
    found: dict[tuple[Path, str, str], list[tuple[str, str]]] = {}
    for part in ("ct", "dicom_edge"):
        for path in units(root / part):
            for result, size, remarks in rows(path):
                found.setdefault((path.parent, result, remarks), []).append((path.name, size))
    print("| Files | | Size | Remarks or reason |\n|---|---|---|---|")
    for (folder, result, remarks), files in found.items():
        names = ", ".join(dict.fromkeys(f"`{name}`" for name, _ in files))
        sizes = "; ".join(dict.fromkeys(size for _, size in files))
        print(f"| {folder.relative_to(root)}: {names} | {result} | {sizes} | {remarks} |")


if __name__ == "__main__":
    main()
