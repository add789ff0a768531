"""Measures opening and segmenting a real scan: ``python -m tests.benchmarks.bench_open_and_segment [SCAN] [REPEATS]``.

Every measurement runs in a process of its own, so that nothing is warm that would be cold for a user, and the peak
memory is that of the one task. SCAN defaults to ``ct/lidc_0001_dicom`` of the development data (CTVIEWER_TEST_DATA).
The window is the real one, drawn offscreen.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.support.real_data import real_data_root

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_SCAN = "ct/lidc_0001_dicom"


def main() -> None:
    """Run every part and print a table for RESULTS.md."""
    scan = Path(sys.argv[1]) if len(sys.argv) > 1 else real_data_root() / DEFAULT_SCAN
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    if not scan.exists():
        raise SystemExit(f"{scan} is not here (set CTVIEWER_TEST_DATA or name a scan).")
    print(f"Scan {scan.name}; {os.cpu_count()} CPUs, {platform.machine()}, load {os.getloadavg()[0]:.1f}")
    loaded = part("load", scan, repeats)
    rows = [
        ("Window: process start to first paint, empty", part("window", scan, repeats), "seconds"),
        ("Window: `open` to first pixels of the scan", part("pixels", scan, repeats), "seconds"),
        ("Headless: index and choose the series", loaded, "index_s"),
        ("Headless: decode to a volume", loaded, "load_s"),
    ]
    print("| What | Median | Peak memory |\n|---|---|---|")
    for name, results, key in rows:
        values = [r[key] for r in results]
        peak = max(r["peak_rss_mb"] for r in results)
        print(f"| {name} | {statistics.median(values):.2f} s ({min(values):.2f}–{max(values):.2f}) | {peak:.0f} MB |")
    for result in part("segment", scan, 1):
        if "error" in result:
            print(f"| Segment on the CPU | not measured: {result['error']} | |")
            continue
        speed = f"{result['slices']} slices, {result['slices'] / result['segment_s']:.1f} slices/s"
        steps = ", ".join(f"{name} {s:.1f}" for name, s in result["steps"].items())
        print(f"| Segment on the CPU with {result['model']} | {result['segment_s']:.1f} s ({speed}; {steps}) "
              f"| {result['peak_rss_mb']:.0f} MB |")  # fmt: skip


def part(name: str, scan: Path, repeats: int) -> list[dict]:
    """Run one part in fresh processes."""
    results = []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as data_dir:
            environment = {
                **os.environ,
                "QT_QPA_PLATFORM": "offscreen",
                "CTVIEWER_DATA_DIR": data_dir,
                "PYTHONPATH": str(ROOT),
                "CTVIEWER_BENCH_STARTED": repr(time.time()),
            }
            command = [sys.executable, "-m", "tests.benchmarks.bench_open_and_segment", f"--{name}", str(scan)]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            if done.returncode:
                raise SystemExit(done.stderr)
            results.append(json.loads(done.stdout.splitlines()[-1]))
    return results


def measure_load(scan: Path) -> dict:
    """Index and decode, without a window."""
    from ctviewer.services.analysis_record import peak_rss_mb
    from ctviewer.services.study_loading import load, open_path

    began = time.perf_counter()
    _, series = open_path(scan)
    indexed = time.perf_counter()
    load(series)
    return {
        "index_s": indexed - began,
        "load_s": time.perf_counter() - indexed,
        "peak_rss_mb": peak_rss_mb(),
    }


def measure_segment(scan: Path) -> dict:
    """Segment with the active model on the CPU."""
    from ctviewer.config import paths
    from ctviewer.domain.errors import CTViewerError
    from ctviewer.services.analysis_record import peak_rss_mb
    from ctviewer.services.segmenting import segment_volume
    from ctviewer.services.study_loading import load, open_path
    from ctviewer.store.model_registry import ModelRegistry

    volume = load(open_path(scan)[1])
    began = time.perf_counter()
    try:
        registry = ModelRegistry(paths.bundled_models_dir(), paths.user_models_dir())
        prediction = segment_volume(volume, registry, "cpu")
    except CTViewerError as error:
        return {"error": error.message, "peak_rss_mb": peak_rss_mb()}
    return {
        "segment_s": time.perf_counter() - began,
        "slices": volume.hu.shape[0],
        "steps": prediction.seconds,
        "model": f"{prediction.model.model_id}@{prediction.model.version}",
        "peak_rss_mb": peak_rss_mb(),
    }


def measure_window(scan: Path | None) -> dict:
    """From the start of the process to the first paint; with a scan, from the wish to open it to its first pixels."""
    from PySide6.QtWidgets import QApplication

    from ctviewer.app.composition import build_window
    from ctviewer.gui.theme import apply_theme
    from ctviewer.services.analysis_record import peak_rss_mb

    application = QApplication([])
    apply_theme(application)
    window = build_window()
    window.show()
    application.processEvents()
    window.grab()
    seconds = time.time() - float(os.environ["CTVIEWER_BENCH_STARTED"])
    if "torch" in sys.modules:
        raise SystemExit("torch was loaded by opening the window")
    if scan is not None:
        began = time.perf_counter()
        workspace = window.session.workspace
        workspace.opening.open_path(scan)
        while workspace.document is None:
            application.processEvents()
            time.sleep(0.001)
        window.grab()
        seconds = time.perf_counter() - began
    peak = peak_rss_mb()
    window.close()
    return {"seconds": seconds, "peak_rss_mb": peak}


PARTS = {
    "--load": measure_load,
    "--segment": measure_segment,
    "--window": lambda _: measure_window(None),
    "--pixels": measure_window,
}

if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in PARTS:
        print(json.dumps(PARTS[sys.argv[1]](Path(sys.argv[2]))))
    else:
        main()
