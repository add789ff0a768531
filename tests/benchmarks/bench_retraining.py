"""Measures one-click retraining: ``python -m tests.benchmarks.bench_retraining``.

Two accepted synthetic scans of two patients (one trains, one measures), the bundled segmentation model, the effort the
dialog calls "Quick check" and the default one. Reports the time from pressing Retrain to a promoted model, and the
trainer's peak memory against its cap. Uses the session the window uses, without drawing the window.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEventLoop

from ctviewer.config import paths
from ctviewer.jobs.runner import JobRunner
from ctviewer.services.retraining import RetrainingSettings
from ctviewer.session.retraining_session import RetrainingSession, RetrainingState
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.holdout import HoldoutLedger
from ctviewer.store.model_registry import ModelRegistry
from tests.support.retraining_desk import PATIENTS, accept_phantom_labels, write_scan
from tests.support.synthetic import SMALL

EFFORTS = {"Quick check": 3, "Normal": 8}


def retrain(root: Path, iterations: int) -> tuple[float, float, RetrainingSession]:
    """Seconds from pressing Retrain to a promoted model, and the trainer's peak memory in MB."""
    registry = ModelRegistry(paths.bundled_models_dir(), root / "models")
    runner = JobRunner()
    with AnnotationStore(root / "annotations.sqlite3", author="benchmark") as store:
        for patient in PATIENTS:
            accept_phantom_labels(store, write_scan(root / "scans" / patient, patient, SMALL), SMALL)
        session = RetrainingSession(store, HoldoutLedger(root / "holdout.json"), registry, runner, root / "runs")
        base = session.active_model.ref
        chosen = [case.revision.revision_id for case in session.cases(base)]
        loop = QEventLoop()
        session.state_changed.connect(lambda _: None if session.is_busy else loop.quit())
        began = time.perf_counter()
        session.start(chosen, RetrainingSettings(base, iterations=iterations))
        loop.exec()
        if session.state is not RetrainingState.FINISHED:
            raise SystemExit(f"The run ended as {session.state}.")
        session.promote()
        seconds = time.perf_counter() - began
        runner.shutdown()
    return seconds, max(point.peak_rss_mb for point in session.curve), session


def main() -> None:
    """Print a Markdown section for RESULTS.md."""
    application = QCoreApplication(sys.argv)
    rows = []
    for name, iterations in EFFORTS.items():
        with tempfile.TemporaryDirectory() as folder:
            seconds, peak_mb, session = retrain(Path(folder), iterations)
            table = session.comparison
            dice = (
                "" if table is None else ", ".join(f"{r.structure} {r.before:.3f} → {r.after:.3f}" for r in table.rows)
            )
            rows.append(f"| {name} ({iterations} × 240 slices) | {seconds:.0f} s | {peak_mb:.0f} of 4096 MB | {dice} |")
    application.quit()
    print("## One-click retraining (`python -m tests.benchmarks.bench_retraining`)\n")
    print(f"Two accepted synthetic scans, {'×'.join(map(str, SMALL.shape))} voxels; {os.cpu_count()} processors "
          f"({platform.machine()}), Python {platform.python_version()}.\n")  # fmt: skip
    print("| Effort | Retrain pressed → model promoted | Trainer's peak memory | Held-out Dice before → after |")
    print("|---|---|---|---|")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
