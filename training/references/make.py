"""Make the reference of one scan from its recipe."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.references.airway import Airway, find_carina, find_seed, grow, main_airway, tube
from training.references.body import find_body
from training.references.left_right import LEFT, RIGHT, part
from training.references.lungs import find_air, finish
from training.references.morphology import Mask, closed, dilate, keep_large
from training.references.read_ct import Scan, read_mask, read_scan
from training.references.recipe import Recipe, Truth
from training.references.repairs import apply_repairs

TRACHEA = 3


@dataclass(frozen=True)
class Reference:
    """A reference with what is worth reporting.

    Attributes
    ----------
    scan : Scan
        The CT.
    labels : ndarray of uint8, (k, j, i)
        0 nothing, 1 left lung, 2 right lung, 3 trachea and main bronchi.
    dice : dict of int to float
        Overlap of the computed labels with the published mask, by label.
    carina_lps_mm : tuple of float or None
        Where the trachea parts.
    airway_level_hu : int
        Level of the airway growing.
    """

    scan: Scan
    labels: NDArray[np.uint8]
    dice: dict[int, float]
    carina_lps_mm: tuple[float, float, float] | None
    airway_level_hu: int


def make_reference(data: Path, recipe: Recipe) -> Reference:
    """Read the scan, compute the labels, put in the published mask and the repairs."""
    scan = read_scan(data / recipe.source)
    body = find_body(scan, recipe.cut_sides)
    airway = _airway(scan, body, recipe)
    inner = body
    if recipe.lung_z_mm is not None:
        inner = body & _within_z(scan, recipe.lung_z_mm)
    air = find_air(scan, inner, airway.tree | airway.main, recipe.threshold_hu, recipe.least_ml)
    air = apply_repairs(air.astype(np.uint8), scan, recipe.exclude) > 0
    if recipe.exclude:
        air = keep_large(air, recipe.least_ml, scan.spacing_mm_kji)
    if recipe.middle_x_mm is None:
        middle_i = float(np.average(np.arange(air.shape[2]), weights=air.sum(axis=(0, 1)) + 1e-6))
    else:
        middle_i = (recipe.middle_x_mm - scan.origin_lps_mm[0]) / scan.spacing_mm_kji[2]
    sides = part(air, scan.hu, scan.spacing_mm_kji, middle_i)
    labels = finish(sides, scan, airway.main, recipe.closing_mm, recipe.smooth_mm)
    if recipe.lung_z_mm is not None:
        labels[~_within_z(scan, recipe.lung_z_mm)] = 0
    labels[airway.main] = TRACHEA
    dice: dict[int, float] = {}
    if recipe.truth is not None:
        labels, dice = _with_truth(labels, read_truth(data, recipe.truth), scan, replaces=recipe.truth.replaces)
    labels = apply_repairs(labels, scan, recipe.repairs)
    return Reference(scan, labels, dice, airway.carina_lps_mm, airway.level_hu)


def read_truth(data: Path, truth: Truth) -> dict[int, Mask]:
    """Masks of a published truth by label, canonical."""
    values = read_mask(data / truth.path)
    if truth.kind == "lung_regions":
        region, kind = values & 0xFF, values >> 8
        airway = kind == 2
        return {
            LEFT: (region >= 9) & (region <= 11) & ~airway,
            RIGHT: (region >= 12) & (region <= 14) & ~airway,
            TRACHEA: airway,
        }
    return {label: values == int(value) for value, label in (truth.values or {}).items()}


def dice_of(one: Mask, other: Mask) -> float:
    """Overlap of two masks, 1 for the same and 0 for none."""
    return float(2 * (one & other).sum() / max(1, one.sum() + other.sum()))


def _airway(scan: Scan, body: Mask, recipe: Recipe) -> Airway:
    """Airway as the recipe has it, with automatic seed and carina where it gives none."""
    nothing = np.zeros(scan.hu.shape, dtype=bool)
    if recipe.no_airway:
        return Airway(nothing, nothing, None, 0)
    seed = scan.index_of(recipe.seed_mm) if recipe.seed_mm else find_seed(scan, body)
    if seed is None:
        return Airway(nothing, nothing, None, 0)
    room = body
    if recipe.airway_tubes:
        room = body & np.logical_or.reduce([tube(scan, line) for line in recipe.airway_tubes])
    tree, level_hu = grow(scan, room, seed, recipe.airway_most_ml, recipe.airway_level_hu)
    carina = recipe.carina_mm or find_carina(tree, seed, scan)
    main = main_airway(tree, scan, carina, recipe.bronchi_mm, recipe.least_radius_mm) & room
    if recipe.airway_z_mm is not None:
        main &= _within_z(scan, recipe.airway_z_mm)
    return Airway(tree, main, carina, level_hu)


def _with_truth(
    labels: NDArray[np.uint8], truth: dict[int, Mask], scan: Scan, *, replaces: bool
) -> tuple[NDArray[np.uint8], dict[int, float]]:
    """Labels with the published ones put in, and the overlap before that.

    A published airway goes on into the lungs: beyond the computed main bronchi it is lung where a lung surrounds it.
    """
    dice = {label: dice_of(labels == label, mask) for label, mask in truth.items()}
    if not replaces:
        return labels, dice
    result = labels.copy()
    if TRACHEA in truth:
        reach = max(scan.spacing_mm_kji) * 1.6
        main = truth[TRACHEA] & dilate(labels == TRACHEA, reach, scan.spacing_mm_kji)
        rest = truth[TRACHEA] & ~main
        for side in (LEFT, RIGHT):
            around = closed(truth[side] | (rest & (labels == side)), 2 * reach, scan.spacing_mm_kji)
            truth = {**truth, side: truth[side] | (rest & around)}
        truth = {**truth, TRACHEA: main}
    for label, mask in truth.items():
        result[result == label] = 0
        result[mask] = label
    return result, dice


def _within_z(scan: Scan, z_mm: tuple[float, float]) -> NDArray[np.bool_]:
    """Mask (k, 1, 1) … broadcast to the grid of the slices between two heights."""
    z = scan.origin_lps_mm[2] + scan.spacing_mm_kji[0] * np.arange(scan.hu.shape[0])
    keep = (z >= min(z_mm)) & (z <= max(z_mm))
    return np.broadcast_to(keep[:, None, None], scan.hu.shape)
