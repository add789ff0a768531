"""Which of the real files open, and why the others do not, as a table.

``python -m tests.benchmarks.list_real_files`` (the data are found through CTVIEWER_TEST_DATA)
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ctviewer.domain.errors import CTViewerError
from ctviewer.domain.study import SeriesRef
from ctviewer.services.study_loading import load, open_path
from tests.support.real_data import real_data_root

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


def rows(path: Path) -> Iterator[tuple[str, str]]:
    """What happens, and with what, for each series of a unit."""
    try:
        index, _ = open_path(path)
    except CTViewerError as error:
        yield "refused", str(error)
        return
    for series in index.series:
        try:
            volume = load(series)
        except CTViewerError as error:
            yield "refused", str(error)
            continue
        k, j, i = volume.hu.shape
        size = f"{i}×{j}×{k}, " + "×".join(f"{mm:.3g}" for mm in reversed(volume.geometry.spacing_mm)) + " mm"
        remarks = [*volume.notes, *([f"Not analysed: {series.ai_exclusion}"] if series.ai_exclusion else [])]
        yield "opens", f"{_name(series, path)}{size}. {' '.join(remarks)}".strip()


def _name(series: SeriesRef, path: Path) -> str:
    return f"{series.sub_series}: " if path.is_dir() and series.sub_series else ""


def main() -> None:
    root = real_data_root()
    print("| File | | |\n|---|---|---|")
    for part in ("ct", "dicom_edge"):
        for path in units(root / part):
            for result, detail in rows(path):
                print(f"| `{path.relative_to(root)}` | {result} | {detail} |")


if __name__ == "__main__":
    main()
