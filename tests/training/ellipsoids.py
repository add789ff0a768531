"""Tiny synthetic chests: a body with two ellipsoid lungs and a tube, as prepared .npz cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np


def chest(seed: int, depth: int = 12, size: int = 48) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """HU, labels (1 left = high i, 2 right, 3 tube) and affine (kji → LPS, 8 mm pixels, 10 mm slices)."""
    rng = np.random.default_rng(seed)
    k, j, i = np.meshgrid(np.arange(depth), np.arange(size), np.arange(size), indexing="ij")
    centre = (depth - 1) / 2, (size - 1) / 2 + rng.uniform(-1, 1), (size - 1) / 2 + rng.uniform(-1, 1)

    def ball(dk: float, dj: float, di: float, rk: float, rj: float, ri: float) -> np.ndarray:
        return (
            ((k - centre[0] - dk) / rk) ** 2 + ((j - centre[1] - dj) / rj) ** 2 + ((i - centre[2] - di) / ri) ** 2
        ) <= 1

    hu = np.full((depth, size, size), -1000.0)
    hu[ball(0, 0, 0, 99, size * 0.36, size * 0.45)] = 40
    labels = np.zeros(hu.shape, np.uint8)
    labels[ball(-1, 0, size * 0.2, depth * 0.45, size * 0.2, size * 0.13)] = 1
    labels[ball(-1, 0, -size * 0.2, depth * 0.45, size * 0.2, size * 0.13)] = 2
    labels[ball(depth * 0.35, -2, 0, depth * 0.35, 3, 3)] = 3
    hu[(labels == 1) | (labels == 2)] = -850
    hu[labels == 3] = -980
    hu += rng.normal(0, 15, hu.shape)
    affine = np.array([[0, 0, 8, -190], [0, 8, 0, -190], [10, 0, 0, 0], [0, 0, 0, 1]], float)
    return hu.astype(np.int16), labels, affine


def write_case(folder: Path, name: str, seed: int, **extra: Any) -> dict[str, Any]:
    """Write a case and return its entry for a request (paths relative to the folder)."""
    hu, labels, affine = chest(seed)
    np.savez(folder / f"{name}.npz", hu=hu, affine=affine)
    np.savez(folder / f"{name}-labels.npz", labels=labels)
    case = {"case_id": name, "patient_key": name, "image": f"{name}.npz", "labels": f"{name}-labels.npz"}
    return case | extra


def write_request(folder: Path, **changes: Any) -> Path:
    """Write a request that trains in seconds: two cases, one held out, a network of width 2 at 32 pixels."""
    request: dict[str, Any] = {
        "run_id": "test-run",
        "architecture": "attention_unet_plus_plus_v2",
        "arguments": {"width": 2},
        "input": {"size_px": 32, "hu_low": -1024.0, "hu_high": 400.0, "crop": "body", "margin_mm": 5.0},
        "cases": [write_case(folder, "a", 1), write_case(folder, "b", 2)],
        "holdout": [write_case(folder, "c", 3)],
        "ram_cap_mb": 3000,
        "iterations": 2,
        "slices_per_iteration": 32,
        "batch_size": 4,
        "threads": 1,
        "precision": "float32",
    }
    path = folder / "request.json"
    path.write_text(json.dumps(request | changes))
    return path
