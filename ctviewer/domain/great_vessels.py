"""Ascending aorta and pulmonary trunk on axial slices of a contrast-enhanced chest CT, found by shape.

The ascending aorta is the round enhanced vessel in front that stays where it is from slice to slice. The pulmonary
trunk is the enhanced vessel to its left; at the level of the bifurcation it continues behind the aorta to the right.
Both are measured by rays from the middle of the largest disc that fits into them to where the blood ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ctviewer.domain.arrays import AnyArray, BoolArray, FloatArray
from ctviewer.domain.errors import NotApplicableError
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.vessel_calipers import Caliper, Disc, Section, disc_in, median_caliper, narrowest_caliper

BLOOD_HU = (120.0, 1200.0)
"""Blood with contrast medium; unenhanced blood and muscle lie below 80 HU."""

AORTA_RADIUS_MM = (10.0, 27.0)
TRUNK_RADIUS_MM = (8.0, 28.0)
BRANCH_RADIUS_MM = (5.0, 14.0)
"""A larger vessel behind the aorta is the left atrium."""

_STEP_MM = 2.5
_DRIFT_SHARE = 1.2
"""Sideways millimetres the ascending aorta may move per millimetre of height: more is another vessel."""
_ROUND = 0.7
_PARTLY_ROUND = 0.45
"""Share of the rim that must be seen: on a slice by itself, and where the slice above showed the aorta."""
_FOLLOWED_MM = 40.0
_SHORTEST_TRACK_MM = 20.0
_LUNG_MM2 = 1000.0
_LUNG_SHARE = 0.08
"""Share of a slice that must be aerated for the scan to count as one of the chest."""
_BOXED_SHARE = 0.2
"""Share of the slices on which the lungs must be seen whole from front to back."""
_EMPTY_HU, _FOAM_HU = -975, -925
_AROUND_LEVEL_MM = 45.0
_BONY_RIM_HU = 60.0


@dataclass(frozen=True, slots=True)
class VesselProposal:
    """Calipers of one slice; None where a vessel could not be measured with confidence.

    Parameters
    ----------
    slice_index
        Axial index ``k`` of aorta, trunk and right pulmonary artery.
    aorta, trunk
        Diameters beside each other.
    right_artery
        Right main pulmonary artery behind the aorta.
    blood_hu
        Median of the blood in the trunk and in the aorta.
    """

    slice_index: int
    aorta: Caliper
    trunk: Caliper
    right_artery: Caliper | None
    blood_hu: tuple[float, float]


def propose_vessels(
    hu: AnyArray, geometry: VolumeGeometry, level: int | None = None, reach_mm: float = 15.0
) -> VesselProposal:
    """Calipers for the slice through the bifurcation of the pulmonary trunk.

    Parameters
    ----------
    hu
        Shape ``(k, j, i)``, canonical order.
    level
        Axial index near which the bifurcation is expected; None to look in the whole scan.
    reach_mm
        How far from there.

    Raises
    ------
    NotApplicableError
        If no enhanced aorta is found, or no slice shows the trunk continuing behind it.
    """
    chest = _Chest(hu, geometry, level)
    aorta = _ascending_aorta(chest)
    if not aorta:
        raise NotApplicableError(
            f"No enhanced ascending aorta was found (round, above {BLOOD_HU[0]:.0f} HU, in front between the lungs).",
            "Vessels are proposed on contrast-enhanced scans only; draw the calipers by hand.",
        )
    found: list[VesselProposal] = []
    for k, disc in aorta.items():
        if level is None or abs(k - level) * chest.slice_mm <= reach_mm:
            proposal = _measured(chest.section(k), k, disc)
            # Without a level, a branch of the right size behind the aorta has to show that this is the bifurcation.
            if proposal is not None and (level is not None or proposal.right_artery is not None):
                found.append(proposal)
    if not found:
        raise NotApplicableError(
            "No slice shows the enhanced pulmonary trunk continuing behind the ascending aorta.",
            "The scan may end above it or be too early after the contrast medium; draw the calipers by hand.",
        )
    return _widest_of_upper_run(found, chest)


def _widest_of_upper_run(found: list[VesselProposal], chest: _Chest) -> VesselProposal:
    """The slice with the widest trunk in the uppermost run of slices: further down the left atrium takes its place."""
    proposals = sorted(found, key=lambda p: -p.slice_index)
    run = [proposals[0]]
    for proposal in proposals[1:]:
        below_mm = (proposals[0].slice_index - proposal.slice_index) * chest.slice_mm
        if run[-1].slice_index - proposal.slice_index > 2 * chest.step or below_mm > 12.0:
            break
        run.append(proposal)
    divided = [p for p in run if p.right_artery is not None]
    return max(divided or run, key=lambda p: p.trunk.length_mm)


def _measured(section: Section | None, k: int, aorta: Disc) -> VesselProposal | None:
    """Calipers on a slice; None where it does not show the bifurcation."""
    if section is None:
        return None
    rest = section.blood & ~section.disc_mask(aorta, 1.1)
    trunk_zone = section.zone(aorta, across=(0.8, 3.2), down=(-1.4, 0.6))
    behind_zone = section.zone(aorta, across=(-1.2, 0.3), down=(0.7, 2.6))
    parts, _ = ndimage.label(rest)
    best: tuple[float, int] | None = None
    for part in np.unique(parts[trunk_zone & rest]):
        if part == 0 or not (behind_zone & (parts == part)).any():
            continue
        area = float((trunk_zone & (parts == part)).sum())
        best = max(best or (0.0, 0), (area, int(part)))
    if best is None:
        return None
    artery = np.asarray(parts == best[1])
    trunk = disc_in(artery, trunk_zone, section, TRUNK_RADIUS_MM)
    if trunk is None:
        return None
    across_trunk = narrowest_caliper(section, trunk, avoid=aorta)
    across_aorta = median_caliper(section, aorta, avoid=trunk)
    if across_trunk is None or across_aorta is None:
        return None
    right = disc_in(artery, section.zone(aorta, across=(-1.0, 0.2), down=(0.9, 2.6)), section, BRANCH_RADIUS_MM)
    across_right = narrowest_caliper(section, right, avoid=aorta) if right is not None else None
    blood = (section.blood_hu(trunk), section.blood_hu(aorta))
    return VesselProposal(k, across_aorta, across_trunk, across_right, blood)


# -- the ascending aorta -----------------------------------------------------------------------------------------------


def _ascending_aorta(chest: _Chest) -> dict[int, Disc]:
    """Disc of the ascending aorta by slice; empty where none was found."""
    tracks: list[list[tuple[int, Disc]]] = []
    for k in chest.slices:
        section = chest.section(k)
        discs = _round_discs(section) if section is not None else []
        for disc in discs:
            track = _track_of(tracks, k, disc, chest)
            if track is None:
                tracks.append([(k, disc)])
            elif track[-1][0] != k:
                track.append((k, disc))
    long_enough = [t for t in tracks if (t[0][0] - t[-1][0]) * chest.slice_mm >= _SHORTEST_TRACK_MM]
    if not long_enough:
        return {}
    # The superior vena cava is round and steady too, but smaller.
    best = max(long_enough, key=lambda t: len(t) * float(np.median([d.radius_mm for _, d in t])))
    aorta = dict(best)
    _follow_down(aorta, chest)
    return aorta


def _follow_down(discs: dict[int, Disc], chest: _Chest) -> None:
    """Go on below the last round disc, where the trunk and the heart touch the aorta and hide part of its rim."""
    k = min(discs)
    last, lowest = discs[k], k - round(_FOLLOWED_MM / chest.slice_mm)
    reach_mm = 2.0 + _DRIFT_SHARE * chest.step * chest.slice_mm
    for below in range(k - chest.step, max(lowest, 0) - 1, -chest.step):
        section = chest.section(below)
        if section is None:
            return
        near = section.disc_mask(Disc(last.row_mm, last.column_mm, reach_mm))
        disc = disc_in(section.blood, near, section, (0.8 * last.radius_mm, 1.25 * last.radius_mm))
        if disc is None or section.roundness(disc) < _PARTLY_ROUND:
            return
        discs[below] = last = disc


def _track_of(tracks: list[list[tuple[int, Disc]]], k: int, disc: Disc, chest: _Chest) -> list[tuple[int, Disc]] | None:
    for track in tracks:
        last_k, last = track[-1]
        gap = last_k - k
        if gap > 3 * chest.step:
            continue
        moved = np.hypot(disc.row_mm - last.row_mm, disc.column_mm - last.column_mm)
        if moved <= 2.0 + _DRIFT_SHARE * gap * chest.slice_mm and abs(disc.radius_mm / last.radius_mm - 1) < 0.22:
            return track
    return None


def _round_discs(section: Section) -> list[Disc]:
    """Round enhanced vessels of the size of an aorta."""
    depth = section.depth_mm(section.blood)
    reach = max(3, round(8.0 / min(section.spacing_mm)))
    peaks = (depth >= AORTA_RADIUS_MM[0]) & (depth <= AORTA_RADIUS_MM[1])
    peaks &= depth == ndimage.maximum_filter(depth, size=2 * reach + 1)
    discs = []
    for row, column in np.argwhere(peaks):
        disc = section.disc_at(row, column, depth[row, column])
        is_bone = section.rim_hu(disc) - section.blood_hu(disc) > _BONY_RIM_HU
        if not is_bone and section.roundness(disc) >= _ROUND:
            discs.append(disc)
    return discs


# -- slices ------------------------------------------------------------------------------------------------------------


class _Chest:
    """The slices that are looked at, each cut to the middle of the chest.

    The chest is as wide as the lungs of a slice and at least as wide as in the median slice: a lung that is cut off by
    the edge of the image, or full of fluid, must not hide half of the heart.
    """

    def __init__(self, hu: AnyArray, geometry: VolumeGeometry, level: int | None) -> None:
        self._hu = hu
        self._spacing_mm = geometry.spacing_mm[1:]
        self.slice_mm = geometry.spacing_mm[0]
        self.step = max(1, round(_STEP_MM / self.slice_mm))
        around = hu.shape[0] if level is None else round(_AROUND_LEVEL_MM / self.slice_mm)
        middle = hu.shape[0] // 2 if level is None else level
        self.slices = range(min(middle + around, hu.shape[0] - 1), max(middle - around, 0) - 1, -self.step)
        """From the head down."""
        found = {k: _lung_box(hu[k], self._spacing_mm) for k in self.slices}
        self._boxes = {k: box for k, box in found.items() if box is not None}
        is_boxed = len(self._boxes) >= _BOXED_SHARE * len(self.slices)
        whole = None if is_boxed else self._whole_image()
        if whole is not None:
            self._boxes = {}
        self._usual = np.median(list(self._boxes.values()), axis=0) if self._boxes else whole

    def _whole_image(self) -> FloatArray | None:
        """A heart scan may be so narrow that both lungs run out of its front: then all of it is the middle."""
        aerated = max((float(np.mean((self._hu[k] > -950) & (self._hu[k] < -600))) for k in self.slices), default=0.0)
        rows, columns = self._hu.shape[1:]
        # Such an image ends soon behind the heart, so less of its back is spine.
        return np.array([0.0, rows / 0.75, 0.0, columns]) if aerated >= _LUNG_SHARE else None

    def section(self, k: int) -> Section | None:
        """Part of a slice; None where the scan shows no lungs."""
        if self._usual is None:
            return None
        box = self._boxes.get(k, self._usual)
        top, left = (int(min(box[n], self._usual[n])) for n in (0, 2))
        bottom, right = (int(max(box[n], self._usual[n])) for n in (1, 3))
        depth, width = bottom - top, right - left
        # The spine fills the back of the chest between the lungs, the breast bone the foremost tenth.
        rows = slice(top + depth // 12, top + int(depth * 0.66))
        columns = slice(left + int(width * 0.15), right - int(width * 0.15))
        values = self._hu[k][rows, columns].astype(np.float32)
        if min(values.shape) < 8:
            return None
        dj, di = self._spacing_mm
        smooth = ndimage.gaussian_filter(values, (0.8 / dj, 0.8 / di))
        blood = _opened((smooth >= BLOOD_HU[0]) & (smooth <= BLOOD_HU[1]), (dj, di))
        return Section(values, blood, (dj, di), (rows.start, columns.start))


def _lung_box(section_hu: AnyArray, spacing_mm: tuple[float, float]) -> tuple[int, int, int, int] | None:
    """First and last row and column of the lungs: large fields of air off the front and back edge of the image.

    They may reach its sides: a heart scan cuts them off there. None where one lung runs out of the front or the back:
    the box of the other alone would put the middle of the chest into that lung.
    """
    fields, count = ndimage.label(section_hu < -500)
    areas = np.bincount(fields.ravel(), minlength=count + 1) * spacing_mm[0] * spacing_mm[1]
    areas[0] = 0
    large = np.flatnonzero(areas >= _LUNG_MM2)
    typical = np.asarray(ndimage.median(section_hu, fields, large) if len(large) else [])
    at_edge = np.isin(large, np.concatenate((fields[0], fields[-1])))
    # Air around the body may be kept off the edges by a round field of view; foam of a couch is nearly as empty.
    lungs, cut_off = large[~at_edge & (typical >= _EMPTY_HU)], large[at_edge & (typical >= _FOAM_HU)]
    if len(lungs) == 0 or (len(lungs) == 1 and len(cut_off)):
        return None
    rows, columns = np.nonzero(np.isin(fields, lungs))
    return (int(rows.min()), int(rows.max()) + 1, int(columns.min()), int(columns.max()) + 1)


def _opened(mask: BoolArray, spacing_mm: tuple[float, float]) -> BoolArray:
    """Without bridges thinner than about four millimetres: calcium, catheters and blurred walls between vessels."""
    depth = ndimage.distance_transform_edt(mask, sampling=spacing_mm)
    core = np.asarray(depth > 2.0)
    return np.asarray(mask & (ndimage.distance_transform_edt(~core, sampling=spacing_mm) <= 2.0))
