"""Curves of a run as a picture, as a page that needs nothing else, and for TensorBoard where it is installed."""

from __future__ import annotations

import base64
import csv
import html
import importlib.util
from pathlib import Path
from typing import Any

from training.events import METRICS_NAME

PICTURE_NAME = "curves.png"
PAGE_NAME = "curves.html"
_PANELS = (("Loss", "loss"), ("Dice", "_dice"), ("IoU", "_iou"), ("Precision", "_precision"), ("Recall", "_recall"))


def draw_curves(run_dir: Path) -> None:
    """Write ``curves.png`` and ``curves.html`` from ``metrics.csv``."""
    rows = read_metrics(run_dir / METRICS_NAME)
    if not rows:
        return
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib.figure import Figure

    figure = Figure(figsize=(15, 7), layout="constrained")
    for panel, (title, ending) in zip(figure.subplots(2, 3).flat[:5], _PANELS, strict=True):
        for name in _columns(rows, ending):
            style = ":" if name.startswith("train_") else "-"
            panel.plot([row["iteration"] for row in rows], [row[name] for row in rows], style, label=name)
        panel.set_title(title)
        panel.set_xlabel("iteration")
        panel.legend(fontsize=6)
    figure.axes[-1].set_axis_off()
    figure.savefig(run_dir / PICTURE_NAME, dpi=110)
    (run_dir / PAGE_NAME).write_text(_page(run_dir, rows), encoding="utf-8")


def read_metrics(path: Path) -> list[dict[str, float]]:
    """Rows of a ``metrics.csv`` as numbers; an empty list where there is none."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]


def write_tensorboard(run_dir: Path, iteration: int, figures: dict[str, float]) -> None:
    """Add an iteration to the TensorBoard log of the run; nothing happens where TensorBoard is not installed."""
    if importlib.util.find_spec("tensorboard") is None:
        return
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(run_dir / "tensorboard")) as writer:
        for name, value in figures.items():
            writer.add_scalar(name, value, iteration)


def _columns(rows: list[dict[str, float]], ending: str) -> list[str]:
    plain = [name for name in rows[0] if not name.startswith(("legacy_", "pooled_", "train_legacy_"))]
    return [name for name in plain if name.endswith(ending)]


def _page(run_dir: Path, rows: list[dict[str, Any]]) -> str:
    picture = base64.b64encode((run_dir / PICTURE_NAME).read_bytes()).decode("ascii")
    head = "".join(f"<th>{html.escape(name)}</th>" for name in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{value:.4g}</td>" for value in row.values()) + "</tr>" for row in rows)
    return (
        f"<!doctype html><meta charset=utf-8><title>{html.escape(run_dir.name)}</title>"
        "<style>body{font:13px sans-serif;margin:2em}td,th{padding:2px 8px;text-align:right}"
        "div{overflow-x:auto}img{max-width:100%}</style>"
        f"<h1>{html.escape(run_dir.name)}</h1><img src='data:image/png;base64,{picture}' alt='curves'>"
        f"<div><table><tr>{head}</tr>{body}</table></div>\n"
    )
