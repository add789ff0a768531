"""Pictures of an experiment: curves, intervals, and size against quality as the source drew it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from training.experiments.outcome import ArmOutcome, mean_dice
from training.experiments.plan import Plan
from training.experiments.statistics import estimate

_AGAINST_SIZE = ("accuracy", "mean_dice", "mean_iou", "trachea_dice", "trachea_iou")


def draw_charts(plan: Plan, arms: dict[str, ArmOutcome], parameters: dict[str, int], path: Path) -> None:
    """Write one PNG: test curves, final mean Dice with intervals, and for different networks size against quality."""
    from matplotlib.figure import Figure

    by_size = len(set(parameters.values())) > 2
    figure = Figure(figsize=(16, 22) if by_size else (14, 5), layout="constrained")
    panels = figure.subplots(5 if by_size else 1, 2)
    first = panels[0] if by_size else panels
    for arm, outcome in arms.items():
        curve = np.mean([[row["mean_dice"] for row in rows] for rows in outcome.curves], axis=0)
        first[0].plot(range(1, len(curve) + 1), curve, label=arm)
    first[0].set(title="Held-out mean Dice, average of the runs", xlabel="iteration")
    first[0].legend(fontsize=7)
    for row, (arm, outcome) in enumerate(arms.items()):
        value = estimate(outcome.table(mean_dice))
        first[1].plot([value.low, value.high], [row, row], color="tab:gray")
        first[1].plot(value.mean, row, "o", color="tab:blue")
        first[1].annotate(arm, (value.high, row), xytext=(6, -3), textcoords="offset points", fontsize=7)
    first[1].set(title="Final mean Dice with 95 % interval", yticks=[])
    if by_size:
        _against_size(plan, arms, parameters, panels[1:])
    figure.savefig(path, dpi=80)


def _against_size(plan: Plan, arms: dict[str, ArmOutcome], parameters: dict[str, int], panels: np.ndarray) -> None:
    """Rows: test maximum, test top mean, training maximum, training top mean; left without, right the trachea."""
    for row, (side, kind) in enumerate((s, k) for s in ("", "train_") for k in ("max", "top")):
        for column in _AGAINST_SIZE:
            panel = panels[row][1 if column.startswith("trachea") else 0]
            name = f"{side}{column}"
            values = [o.best(name) if kind == "max" else o.top(name, plan.top) for o in arms.values()]
            sizes = [parameters[arm] for arm in arms]
            points = panel.plot(sizes, values, "o", label=column.replace("_", " "))
            if column in ("mean_dice", "trachea_dice"):
                for arm, size, value in zip(arms, sizes, values, strict=True):
                    panel.annotate(arm, (size, value), fontsize=6, color=points[0].get_color())
        for panel in panels[row]:
            panel.set(xscale="log", xlabel="parameters", title=f"{'training' if side else 'held-out'}, {kind}")
            panel.legend(fontsize=7)
