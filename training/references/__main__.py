"""Command line: ``python -m training.references --data DIR --out DIR [--only CASE ...]``."""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path
from typing import Any

import numpy as np

from training.references.make import Reference, make_reference
from training.references.read_ct import write_volume
from training.references.recipe import Recipe, read_recipes

logger = logging.getLogger("training.references")


def main(arguments: list[str] | None = None) -> int:
    """Make the references and list them in ``cases.json``."""
    parser = argparse.ArgumentParser(prog="training.references", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the CTs")
    parser.add_argument("--out", type=Path, required=True, help="folder for the references")
    parser.add_argument("--only", nargs="*", default=[], help="make these cases only")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options.out.mkdir(parents=True, exist_ok=True)
    recipes = read_recipes()
    for recipe in recipes:
        if options.only and recipe.case not in options.only:
            continue
        reference = make_reference(options.data, recipe)
        write_volume(options.out / f"{recipe.case}.nii.gz", reference.labels, reference.scan)
        write_volume(options.out / f"{recipe.case}_ct.nii.gz", reference.scan.hu, reference.scan)
        _list_case(options.out / "cases.json", recipes, _entry(recipe, reference))
        logger.info(_line(recipe, reference))
    return 0


def _entry(recipe: Recipe, reference: Reference) -> dict[str, Any]:
    """One entry of ``cases.json``."""
    return {
        "case": recipe.case,
        "patient": recipe.patient,
        "source": recipe.source,
        "spacing_mm_kji": [round(step, 4) for step in reference.scan.spacing_mm_kji],
        "labels": list(recipe.labels),
        "slices_ok": [list(pair) for pair in recipe.slices_ok] or "all",
        "notes": recipe.notes,
    }


def _list_case(path: Path, recipes: list[Recipe], entry: dict[str, Any]) -> None:
    """Put an entry into ``cases.json``, in the order of the recipes, atomically."""
    entries = {old["case"]: old for old in json.loads(path.read_text())} if path.exists() else {}
    entries[entry["case"]] = entry
    ordered = [entries[recipe.case] for recipe in recipes if recipe.case in entries]
    part = path.with_suffix(".part")
    part.write_text(json.dumps(ordered, indent=1))
    part.replace(path)


def _line(recipe: Recipe, reference: Reference) -> str:
    """One line of the table: volumes in ml, left minus right centroid in mm, overlap with a published mask."""
    ml = float(np.prod(reference.scan.spacing_mm_kji)) / 1000
    volumes = [round(float((reference.labels == label).sum()) * ml) for label in (1, 2, 3)]
    columns = [
        np.flatnonzero((reference.labels == label).any(axis=(0, 1))).mean()
        for label in (1, 2)
        if (reference.labels == label).any()
    ]
    apart = (columns[0] - columns[1]) * reference.scan.spacing_mm_kji[2] if len(columns) == 2 else float("nan")
    carina = [round(value) for value in reference.carina_lps_mm] if reference.carina_lps_mm else None
    dice = {label: round(value, 4) for label, value in reference.dice.items()}
    return (
        f"{recipe.case:22s} left {volumes[0]:5d} ml  right {volumes[1]:5d} ml  trachea {volumes[2]:4d} ml  "
        f"apart {apart:6.1f} mm  carina {carina}  level {reference.airway_level_hu}  dice {dice}"
    )


if __name__ == "__main__":
    raise SystemExit(main())
