"""Recipes: what is particular about each scan, read from ``recipes.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from training.references.repairs import Repair

RECIPES = Path(__file__).with_name("recipes.toml")
Point = tuple[float, float, float]


@dataclass(frozen=True)
class Truth:
    """A published mask.

    Attributes
    ----------
    path : str
        File, relative to the data folder.
    kind : {"values", "lung_regions"}
        ``values``: mask values stand for labels as `values` says. ``lung_regions``: low byte is the region (left
        thirds 9 to 11, right thirds 12 to 14), high byte the type (2 airway).
    values : dict of str to int
        Mask value to label, of ``values``.
    replaces : bool
        Whether it replaces the computed label or is only compared with it.
    """

    path: str
    kind: str = "values"
    values: dict[str, int] | None = None
    replaces: bool = True


@dataclass(frozen=True)
class Recipe:
    """How the reference of one scan is made. Points and heights are LPS in mm.

    Attributes
    ----------
    case, patient, source : str
        Name, patient it belongs to (splits are by patient), path relative to the data folder.
    labels : tuple of int
        Labels that can be trusted.
    notes : str
        What was seen.
    cut_sides : tuple of str
        Sides where the image ends inside the body, see `training.references.body.find_body`.
    seed_mm, carina_mm : tuple of float or None
        Given when the automatic point is wrong.
    airway_tubes : tuple of tuple of (x, y, z, radius)
        Lines the airway keeps to, where its wall is too thin to hold the growing.
    no_airway : bool
        The scan shows no trachea.
    airway_level_hu : int or None
        Level of the growing, else the highest that does not leak.
    airway_most_ml : float
        A larger tree is a leak.
    airway_z_mm : tuple of float or None
        Lower and upper end of the labelled airway (upper: below the larynx).
    bronchi_mm : tuple of float
        Reach of the right and left main bronchus from the carina.
    least_radius_mm : float
        Radius under which branches are dropped.
    threshold_hu : int
        Lung air lies below.
    lung_z_mm : tuple of float or None
        The lungs lie within.
    least_ml : float
        Smallest part that can be lung.
    closing_mm : tuple of float
        Ball that closes the left and the right lung.
    smooth_mm : float
        Smoothing of the border.
    middle_x_mm : float or None
        Midline, else the mean of the lung air.
    exclude : tuple of Repair
        Shapes that hold gas of stomach or bowel; taken from the air before the lungs are closed.
    slices_ok : tuple of tuple of int
        Ranges [k0, k1) that can be trusted; empty for all.
    truth : Truth or None
        Published mask that replaces the labels it has.
    repairs : tuple of Repair
        Applied last, in order.
    """

    case: str
    patient: str
    source: str
    labels: tuple[int, ...] = (1, 2, 3)
    notes: str = ""
    cut_sides: tuple[str, ...] = ()
    seed_mm: Point | None = None
    carina_mm: Point | None = None
    airway_tubes: tuple[tuple[tuple[float, float, float, float], ...], ...] = ()
    no_airway: bool = False
    airway_level_hu: int | None = None
    airway_most_ml: float = 90.0
    airway_z_mm: tuple[float, float] | None = None
    bronchi_mm: tuple[float, float] = (40.0, 60.0)
    least_radius_mm: float = 2.6
    threshold_hu: int = -420
    lung_z_mm: tuple[float, float] | None = None
    least_ml: float = 25.0
    closing_mm: tuple[float, float] = (9.0, 9.0)
    smooth_mm: float = 1.0
    middle_x_mm: float | None = None
    slices_ok: tuple[tuple[int, int], ...] = ()
    truth: Truth | None = None
    exclude: tuple[Repair, ...] = ()
    repairs: tuple[Repair, ...] = ()


def read_recipes(path: Path = RECIPES) -> list[Recipe]:
    """Read all recipes; an unknown key is an error."""
    with path.open("rb") as file:
        table = tomllib.load(file)
    return [_recipe(entry) for entry in table["case"]]


def _recipe(entry: dict[str, Any]) -> Recipe:
    """Recipe out of one TOML table."""
    values = {key: _frozen(value) for key, value in entry.items() if key not in ("truth", "repair", "exclude")}
    unknown = set(values) - {field.name for field in fields(Recipe)}
    if unknown:
        raise ValueError(f"{entry.get('case')}: unknown keys {sorted(unknown)}")
    truth = Truth(**entry["truth"]) if "truth" in entry else None
    return Recipe(
        **values,
        truth=truth,
        exclude=tuple(_repair({"act": "remove", "label": 0, **shape}) for shape in entry.get("exclude", [])),
        repairs=tuple(_repair(repair) for repair in entry.get("repair", [])),
    )


def _repair(entry: dict[str, Any]) -> Repair:
    """Repair out of one TOML table."""
    return Repair(**{key: _frozen(value) for key, value in entry.items()})


def _frozen(value: Any) -> Any:
    """Lists as tuples, all the way down."""
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
