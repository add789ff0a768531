"""Vessel calipers on the development scans: ``python -m tests.benchmarks.bench_evidence [FOLDER]``.

Prints what is proposed or refused, compares the heart scan with the diameters in its report and with its masks, and
repeats every proposal on changed copies of the scan. With FOLDER the proposed slices are drawn there, to be looked at.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy import ndimage

from ctviewer.domain.errors import CTViewerError, NotApplicableError
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.great_vessels import propose_vessels
from ctviewer.domain.measurement import calipers_mm
from ctviewer.domain.volume import Volume
from ctviewer.services.evidence import EvidenceProposal, as_measurements, propose_evidence
from ctviewer.services.study_loading import load, open_path
from tests.support.real_data import real_data_root

SCANS = (
    "lidc_0001_dicom", "lidc_0003.nii.gz", "cardiac_cta/aorta_models/ct_cropped.nii.gz", "lung_dx_a0001_dicom",
    "lung_dx_a0002_8mm.nii.gz", "boost_breast_dicom", "tcga_de_a4ma.nii.gz", "lungfcp_0001_upper.nii.gz",
    "acrin_flt_001_mid.nii.gz", "acrin_flt_001_bases.nii.gz", "copd_ct64/ct-64.nrrd", "copd_testinput.nrrd",
    "right_lung_two_timepoints/baseline.mha", "right_lung_two_timepoints/followup.mha",
)  # fmt: skip
HEART = SCANS[2]


def main() -> None:
    """Everything, as tables for RESULTS.md."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    print(f"{os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}\n\n| Scan | Trunk | Aorta | Right artery | CPU |")
    print("|---|---|---|---|---|")
    found: dict[str, tuple[Volume, EvidenceProposal]] = {}
    for name in SCANS:
        volume = scan(name)
        started = time.process_time()
        try:
            proposal = propose_evidence(volume)
        except CTViewerError as error:
            print(f"| {name} | refused: {error.message} | | | {time.process_time() - started:.1f} s |")
            continue
        found[name] = (volume, proposal)
        trunk, aorta, *right = lengths(proposal)
        took = time.process_time() - started
        print(f"| {name} | {trunk:.1f} mm | {aorta:.1f} mm | {right[0] if right else 0:.1f} mm | {took:.1f} s |")
        if folder is not None:
            draw(folder / f"{Path(name).name}.png", volume, proposal)
    against_report(*found[HEART])
    print("\n| Scan | Copies with a proposal | Trunk, mean and largest change | Aorta | Slice |\n|---|---|---|---|---|")
    for name, (volume, proposal) in found.items():
        print(stability(name, volume, proposal))


def scan(name: str) -> Volume:
    """A development scan."""
    return load(open_path(real_data_root() / "ct" / name)[1])


def lengths(proposal: EvidenceProposal) -> list[float]:
    """Trunk, aorta, and the right artery where it was measured."""
    return [mm for m in as_measurements(proposal) for mm in calipers_mm(m)]


def against_report(volume: Volume, proposal: EvidenceProposal) -> None:
    """The heart scan beside its own report (across the centre line) and its own masks (along our calipers)."""
    root = real_data_root() / "ct" / "cardiac_cta"
    landmarks = json.loads((root / "pulmonary_report" / "pulmonary_report.json").read_text())["landmarks"].values()
    reported = {m["name"]: (10 * m["diameter"], 10 * m["diameter_pd"]) for m in landmarks}
    trunk, aorta, right = lengths(proposal)
    print("\n| Heart scan | Ours | Report: longest, across | Difference from their mean |\n|---|---|---|---|")
    for ours, name in ((trunk, "sinotub. junc."), (trunk, "bifurcation"), (right, "right PA")):
        longest, across = reported[name]
        print(f"| {name} | {ours:.1f} mm | {longest:.0f}, {across:.0f} mm | {ours - (longest + across) / 2:+.1f} mm |")
    both, artery = as_measurements(proposal)
    masks = {
        "trunk": ("pulmonary_report/models/pulmonary_artery.nii.gz", both.points[:2], trunk),
        "aorta": ("aorta_models/aorta.nii.gz", both.points[2:], aorta),
        "right artery": ("pulmonary_report/models/pulmonary_artery.nii.gz", artery.points, right),
    }
    print("\n| Along our caliper | Ours | Mask of the data set | Difference |\n|---|---|---|---|")
    for name, (file, ends, ours) in masks.items():
        inside = mask_length_mm(load(open_path(root / file)[1]), ends)
        print(f"| {name} | {ours:.1f} mm | {inside:.1f} mm | {ours - inside:+.1f} mm |")


def mask_length_mm(mask: Volume, ends: np.ndarray) -> float:
    """Length of a mask along a line that is prolonged by half on both sides."""
    middle, half = ends.mean(axis=0), (ends[1] - ends[0]) / 2
    steps = np.linspace(-2, 2, 1601)
    index = mask.geometry.lps_to_index(middle + steps[:, None] * half)
    values = ndimage.map_coordinates(mask.hu.astype(float), index.T, order=1)
    parts, _ = ndimage.label(values >= 0.5)
    own = parts == parts[len(steps) // 2]
    return float(own.sum() * (steps[1] - steps[0]) * np.linalg.norm(half)) if parts[len(steps) // 2] else 0.0


def stability(name: str, volume: Volume, proposal: EvidenceProposal) -> str:
    """How far the proposal moves on changed copies, as a row of the table."""
    trunk, aorta, *_ = lengths(proposal)
    reach = round(60 / volume.geometry.spacing_mm[0])
    first = max(0, proposal.slice_index - reach)
    hu = volume.hu[first : proposal.slice_index + reach]
    searched = "whole scan" in proposal.note  # else the windpipe gives the level, on the copies too
    changes, total = [], 0
    for copy, spacing_mm, height in changed_copies(hu, volume.geometry.spacing_mm):
        total += 1
        try:
            level = None if searched else round((proposal.slice_index - first) * volume.geometry.spacing_mm[0] / height)
            found = propose_vessels(copy, straight(copy.shape, spacing_mm), level)
        except NotApplicableError:
            continue
        k = (found.slice_index * height) - (proposal.slice_index - first) * volume.geometry.spacing_mm[0]
        changes.append((abs(found.trunk.length_mm - trunk), abs(found.aorta.length_mm - aorta), abs(k)))
    table = np.array(changes)
    mean, most = table.mean(axis=0), table.max(axis=0)
    cells = " | ".join(f"{a:.1f}, {b:.1f} mm" for a, b in zip(mean, most, strict=True))
    return f"| {name} | {len(changes)} of {total} | {cells} |"


def changed_copies(
    hu: np.ndarray, spacing_mm: tuple[float, float, float]
) -> Iterator[tuple[np.ndarray, tuple[float, float, float], float]]:
    """Copies with noise, less contrast, other slices, turned, coarser; each with spacing and slice distance."""
    rng = np.random.default_rng(1)
    dk, dj, di = spacing_mm
    for sigma in (20, 40):
        yield (hu + rng.normal(0, sigma, hu.shape)).astype(np.int16), spacing_mm, dk
    for share in (0.5, 0.7, 1.4):
        yield np.where(hu > 50, 50 + (hu - 50.0) * share, hu).astype(np.int16), spacing_mm, dk
    for degrees in (-12, -6, 6, 12):
        turned = ndimage.rotate(hu, degrees, axes=(1, 2), reshape=False, order=1, mode="constant", cval=-1000)
        yield turned, spacing_mm, dk
    thick = max(2, round(5 / dk))
    count = len(hu) // thick * thick
    yield hu[:count].reshape(-1, thick, *hu.shape[1:]).mean(axis=1).astype(np.int16), (dk * thick, dj, di), dk * thick
    if max(dj, di) < 1.0:
        coarse = ndimage.zoom(hu, (1, 0.5, 0.5), order=1)
        yield coarse, (dk, dj * hu.shape[1] / coarse.shape[1], di * hu.shape[2] / coarse.shape[2]), dk


def straight(shape: tuple[int, ...], spacing_mm: tuple[float, float, float]) -> VolumeGeometry:
    """A canonical grid at the origin."""
    affine = np.eye(4)
    affine[:3, :3] = np.array([(0, 0, spacing_mm[0]), (0, spacing_mm[1], 0), (spacing_mm[2], 0, 0)]).T
    return VolumeGeometry((shape[0], shape[1], shape[2]), affine)


def draw(path: Path, volume: Volume, proposal: EvidenceProposal) -> None:
    """The proposed slice with its calipers, in the window for pulmonary arteries."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    _, dj, di = volume.geometry.spacing_mm
    figure, axes = plt.subplots(figsize=(7, 7))
    axes.imshow(volume.hu[proposal.slice_index], cmap="gray", vmin=-250, vmax=450, aspect=dj / di)
    for measurement in as_measurements(proposal):
        index = volume.geometry.lps_to_index(measurement.points)
        for n in range(0, len(index), 2):
            axes.plot(index[n : n + 2, 2], index[n : n + 2, 1], linewidth=2)
    axes.axis("off")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, bbox_inches="tight")
    plt.close(figure)


if __name__ == "__main__":
    main()
