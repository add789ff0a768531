"""The report of an experiment: what the source printed, what it lacked, and a picture of both."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import Any

from ctviewer.config.atomic import atomic_write_bytes
from ctviewer.domain.errors import TrainingError
from ctviewer.domain.training_parts import TrainingCase
from training.complexity import multiply_adds, parameter_count
from training.experiments.charts import draw_charts
from training.experiments.outcome import ArmOutcome, mean_dice, read_outcome, trachea_dice
from training.experiments.plan import Plan
from training.experiments.statistics import Estimate, compare, estimate

_CLEAR = 0.05
_NO_CASE = TrainingCase("none", "nobody", "none.npz", "none.npz")
"""Stands for the cases where only the settings of a request matter."""
_PRINTED = (("mean_dice", "mDice"), ("mean_iou", "mIoU"), ("accuracy", "accuracy"), ("trachea_dice", "trachea Dice"))


def write_report(plan: Plan, work: Path, out: Path) -> Path:
    """Write ``NAME.md``, ``NAME.csv`` and ``NAME.png`` into a folder; returns the text's path.

    Raises
    ------
    TrainingError
        If no seed and fold was trained with all arms.
    """
    arms, pairs = read_outcome(plan, work)
    if not pairs:
        raise TrainingError(
            f"No seed and fold of “{plan.name}” is complete, so there is nothing to compare.",
            "Run the experiment with a larger budget; what was trained is kept.",
        )
    out.mkdir(parents=True, exist_ok=True)
    costs = {arm: _cost(plan, arm) for arm in plan.arms}
    text = "\n".join([*_head(plan, arms, pairs), *_printed(plan, arms), *_honest(plan, arms, costs)]) + "\n"
    path = out / f"{plan.name}.md"
    atomic_write_bytes(path, text.encode())
    atomic_write_bytes(out / f"{plan.name}.csv", _table(plan, arms, costs).encode())
    draw_charts(plan, arms, {arm: cost[0] for arm, cost in costs.items()}, out / f"{plan.name}.png")
    return path


def _head(plan: Plan, arms: dict[str, ArmOutcome], pairs: list[tuple[int, int]]) -> list[str]:
    patients = len(arms[plan.reference].patients)
    planned = len(plan.seeds) * plan.folds
    return [
        *title_lines(plan),
        "",
        f"{patients} patients in {plan.folds} folds that never split one; {len(pairs)} of {planned} pairs of seed and "
        "fold are complete in all arms, and only those count. "
        "The held-out scans are measured whole at every iteration.",
        *_caveat({seed for seed, _ in pairs}),
        "",
    ]


def title_lines(plan: Plan) -> list[str]:
    """What a report says before anything is known of the runs: title, question and scale."""
    request = plan.request(plan.reference, plan.seeds[0], plan.name, [_NO_CASE], [])
    return [
        f"# {plan.title} ({plan.row})",
        "",
        plan.question,
        "",
        f"Scale “{plan.scale}”: {request.architecture} ({_shown(request.arguments)}), {request.input.size_px} px, "
        f"{request.iterations} iterations of {request.slices_per_iteration} slices, batch {request.batch_size}, "
        f"{request.loss} loss, unless an arm says otherwise.",
    ]


def _caveat(seeds: set[int]) -> list[str]:
    if len(seeds) > 1:
        return []
    return ["", "One seed only: how much another seed changes is unknown, so the intervals are too narrow."]


def _shown(arguments: dict[str, int]) -> str:
    return ", ".join(f"{name} {value}" for name, value in arguments.items())


def _printed(plan: Plan, arms: dict[str, ArmOutcome]) -> list[str]:
    """The source's way: the best iterations of noisy curves."""
    lines = [
        "## As the source printed it",
        "",
        f"Maximum over iterations, mean of the {plan.top} best, and the last one (per slice and structure; averages of "
        "the runs). A maximum is chosen with the test data in sight and flatters noisy arms.",
        "",
        "| Arm | " + " | ".join(f"{name} max / top / last" for _, name in _PRINTED) + " |",
        "|---|" + "---|" * len(_PRINTED),
    ]
    for arm, outcome in arms.items():
        cells = [f"{outcome.best(c):.4f} / {outcome.top(c, plan.top):.4f} / {outcome.last(c):.4f}" for c, _ in _PRINTED]
        lines.append(f"| {arm} | " + " | ".join(cells) + " |")
    return [*lines, ""]


def _honest(plan: Plan, arms: dict[str, ArmOutcome], costs: dict[str, tuple[int, float]]) -> list[str]:
    tables = {arm: outcome.table(mean_dice) for arm, outcome in arms.items()}
    against = compare(tables, plan.reference)
    lines = [
        "## With its uncertainty",
        "",
        f"Final model (average of the weights), pooled over each scan, mean over patients; in brackets the 95 % "
        f"interval over patients and seeds. Difference from “{plan.reference}” on the same patients, Wilcoxon test "
        "adjusted for the number of arms (Holm). Seconds are wall-clock "
        "time, whatever else the computer did meanwhile.",
        "",
        "| Arm | mean Dice | trachea Dice | difference | p | collapsed runs | s per run | parameters | MAC per slice |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for arm, outcome in arms.items():
        pair = against.get(arm)
        flags = ", ".join(f"{what}: {count}" for what, count in outcome.fates().items()) or "none"
        gap = "reference" if pair is None else _interval(pair.difference, signed=True)
        p_value = "" if pair is None else f"{pair.p_value:.3f}"
        trachea = _interval(estimate(outcome.table(trachea_dice)))
        lines.append(
            f"| {arm} | {_interval(estimate(tables[arm]))} | {trachea} | {gap} "
            f"| {p_value} | {flags} | {outcome.seconds:.0f} | {costs[arm][0]:,} | {costs[arm][1]:.2f} G |"
        )
    clear = [arm for arm, pair in against.items() if pair.p_value < _CLEAR]
    verdict = (
        f"Clearly different from “{plan.reference}”: {', '.join(clear)}."
        if clear
        else f"No arm differs clearly from “{plan.reference}” on these patients."
    )
    return [*lines, "", verdict]


def _table(plan: Plan, arms: dict[str, ArmOutcome], costs: dict[str, tuple[int, float]]) -> str:
    rows: list[dict[str, Any]] = []
    for arm, outcome in arms.items():
        mean, trachea = estimate(outcome.table(mean_dice)), estimate(outcome.table(trachea_dice))
        row: dict[str, Any] = {"arm": arm, "parameters": costs[arm][0], "gmac": round(costs[arm][1], 4)}
        row |= {"seconds": round(outcome.seconds, 1), "runs": len(outcome.curves)}
        for name, value in (("mean_dice", mean), ("trachea_dice", trachea)):
            row |= {name: value.mean, f"{name}_low": value.low, f"{name}_high": value.high}
        for side in ("", "train_"):
            for column, _ in (*_PRINTED, ("trachea_iou", "")):
                name = f"{side}{column}"
                row |= {f"{name}_max": outcome.best(name), f"{name}_top": outcome.top(name, plan.top)}
        rows.append({key: f"{value:.5f}" if isinstance(value, float) else value for key, value in row.items()})
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _cost(plan: Plan, arm: str) -> tuple[int, float]:
    """Parameters, and multiply-adds per slice in 10⁹."""
    settings = plan.arms[arm]
    name, arguments = settings["architecture"], settings["arguments"]
    return parameter_count(name, arguments), multiply_adds(name, arguments, settings["input"]["size_px"]) / 1e9


def _interval(value: Estimate, *, signed: bool = False) -> str:
    if math.isnan(value.mean):
        return "–"
    sign = "+" if signed else ""
    return f"{value.mean:{sign}.3f} [{value.low:{sign}.3f}, {value.high:{sign}.3f}]".replace("-", "−")
