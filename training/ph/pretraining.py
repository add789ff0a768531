"""Whether it helps the mediastinum network to look at CT slices without classes first.

Two augmented views of one slice shall be told from views of other slices (SimCLR); what the network learned by that is
where its training on the pictures starts. Measured on the same folds as the fresh network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ctviewer.domain.errors import NotApplicableError, TrainingError
from ctviewer.domain.ph_picture import fed_picture
from ctviewer.inference.classifier import picture_tensor
from ctviewer.networks import registry
from ctviewer.networks.thorax_committee import middle_view
from ctviewer.networks.thorax_net import ThoraxNet
from training.bundled_segmentation import reference_cases
from training.cases import read_case
from training.evaluate import as_volume
from training.ph.candidates import Columns, calibrated
from training.ph.committee import CommitteeRecipe
from training.ph.data import PhCollection
from training.ph.network_method import CLASSES, NetworkRecipe, augmented
from training.ph.paired import paired_table

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Report = Callable[[str], None]

EVERY_MM = 3.0
BOTH_LUNGS_CM2 = 40.0
"""Smallest area of each lung on a slice that is used."""
FRESH, STARTED = "mediastinum net from fresh weights", "the same after looking at CT slices"


def chest_slices(references: Path) -> NDArray[np.uint8]:
    """Slices through both lungs as the classifier sees them, ``(N, side, side)``.

    Parameters
    ----------
    references
        Folder made by ``training.references``.

    Raises
    ------
    TrainingError
        If no slice can be used.
    """
    pictures = [picture for case in reference_cases(references) for picture in _slices_of(case)]
    if not pictures:
        raise TrainingError(
            f"No scan in {references} shows both lungs.", "Name the folder made by training.references."
        )
    return np.stack(pictures)


def _slices_of(case: Any) -> Iterator[NDArray[np.uint8]]:
    scan = read_case(case, Path())
    volume = as_volume(scan, case.case_id)
    spacing = scan.geometry.spacing_mm
    least = BOTH_LUNGS_CM2 * 100 / (spacing[1] * spacing[2])
    for k in range(0, len(scan.hu), max(1, round(EVERY_MM / spacing[0]))):
        if min(np.count_nonzero(scan.labels[k] == label) for label in (1, 2)) < least:
            continue
        try:
            yield fed_picture(volume, k)
        except NotApplicableError:
            continue


def pretrained(
    recipe: NetworkRecipe, seen: Tensor, epochs: int, seed: int = 0, temperature: float = 0.2, report: Report = print
) -> dict[str, Tensor]:
    """Weights of everything but the head, learned from pictures without classes.

    Parameters
    ----------
    seen
        Shape ``(N, 1, side, side)``, 0…1.
    temperature
        Of the contrastive loss.
    """
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    network = registry.build(recipe.architecture, **recipe.arguments, classes=CLASSES)
    if not isinstance(network, ThoraxNet):
        raise TrainingError(f"{recipe.architecture} cannot look at slices without classes.", "Use thorax_net.")
    projection = nn.Sequential(nn.Linear(network.head.in_features, 64), nn.ReLU(), nn.Linear(64, 32))
    parameters = [*network.parameters(), *projection.parameters()]
    batches = max(1, len(seen) // (2 * recipe.batch_size))
    optimizer = torch.optim.AdamW(parameters, lr=recipe.rate, weight_decay=recipe.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe.rate, total_steps=epochs * batches, pct_start=0.2)
    wide = replace(recipe, scale=2 * recipe.scale, shift=2 * recipe.shift)  # views that differ little teach little
    network.train()
    for epoch in range(epochs):
        losses = []
        for chosen in torch.randperm(len(seen), generator=generator).chunk(batches):
            views = torch.cat([augmented(seen[chosen], wide, generator) for _ in range(2)])
            loss = contrast(projection(network.features(views)), temperature)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
        report(f"epoch {epoch + 1} of {epochs} without classes: loss {np.mean(losses):.3f}")
    return {name: value for name, value in network.state_dict().items() if not name.startswith("head.")}


def contrast(embedded: Tensor, temperature: float) -> Tensor:
    """Normalised-temperature cross-entropy (SimCLR): row ``n`` belongs to row ``n + N`` of ``2 N`` rows."""
    unit = functional.normalize(embedded, dim=1)
    likeness = unit @ unit.T / temperature
    likeness = likeness.masked_fill(torch.eye(len(unit), dtype=torch.bool), -torch.inf)
    partner = torch.arange(len(unit)).roll(len(unit) // 2)
    return functional.cross_entropy(likeness, partner)


def started_column(columns: Columns, start: Mapping[str, Tensor], seed: int) -> FloatArray:
    """Held-out probabilities of the mediastinum network that starts from given weights, in the deal of a seed."""
    fold_of = columns.folds_of(seed)
    column = np.zeros((len(fold_of), CLASSES))
    for fold in range(int(fold_of.max()) + 1):
        held, rows = np.flatnonzero(fold_of == fold), np.flatnonzero(fold_of != fold)
        column[held] = columns.member("middle", 0, held, rows, seed + fold, start)
    return column


def starts_compared(
    data: PhCollection, references: Path, seeds: Sequence[int], keep: Path, epochs: int, report: Report = print
) -> dict[str, Any]:
    """Figures of both starts and their paired differences, ready for JSON."""
    recipe, folds = CommitteeRecipe(), 5
    slices = chest_slices(references)
    report(f"{len(slices)} slices without classes")
    seen = middle_view(picture_tensor(slices, recipe.size_px))
    start = pretrained(recipe.network, seen, epochs, report=report)
    columns = Columns(data, recipe, folds, keep, report)
    found: dict[str, list[FloatArray]] = {FRESH: [], STARTED: []}
    for seed in seeds:
        fold_of = columns.folds_of(seed)
        started = started_column(columns, start, seed)
        for name, column in ((FRESH, columns.column("middle-0", seed)), (STARTED, started)):
            found[name].append(calibrated(data.classes, column, fold_of))
        report(f"deal {seed} measured")
    rows = [row for row in paired_table(data.classes, data.groups, found) if row["name"] in found]
    return {"slices": len(slices), "epochs": epochs, "deals": list(seeds), "folds": folds, "starts": rows}
