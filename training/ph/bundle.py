"""The bundled classifier: trained on every patient group, written as a version folder with its honest figures."""

from __future__ import annotations

import datetime as dt
import json
import platform
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import sklearn
import torch

from ctviewer.domain.errors import CTViewerError
from ctviewer.domain.manifest import WEIGHTS_FILE, Manifest
from ctviewer.domain.manifest_parts import InputSpec
from ctviewer.domain.model_version import CARD_FILE, MANIFEST_FILE, ModelVersion
from ctviewer.domain.thorax_picture import PH_WINDOW
from ctviewer.inference.weights import save_network
from training.ph.card import CLASS_MEANINGS, SOURCE, card_text
from training.ph.committee import CommitteeRecipe, segmentation_version, train_committee
from training.ph.data import PhCollection
from training.ph.layout import CLASS_FOLDERS
from training.ph.listing import class_names, collection_summary

DEFAULT_CONFIG = Path(__file__).resolve().parents[1] / "configs" / "bundled_ph.json"
METRICS_FILE = "metrics.json"


@dataclass(frozen=True, slots=True)
class BundleConfig:
    """What ``bundled_ph.json`` says."""

    model_id: str
    version: str
    name: str
    seed: int
    recipe: CommitteeRecipe

    @classmethod
    def read(cls, path: Path) -> BundleConfig:
        """Read a settings file; raises `CTViewerError` where it is not one."""
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            return cls(**{**values, "recipe": CommitteeRecipe.from_json(values["recipe"])})
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise CTViewerError(f"{path.name} does not hold the settings of a PH classifier: {error}.") from error


def bundle(
    data: PhCollection,
    folder: Path,
    config_path: Path | None = None,
    metrics_path: Path | None = None,
    table_path: Path | None = None,
    compositions_path: Path | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> Path:
    """Train on all groups and write the version folder; it appears whole or not at all.

    Parameters
    ----------
    metrics_path
        JSON of ``ph evaluate --calibrate`` for the same recipe: its figures go to the card, the geometric mean of its
        temperatures into the model.
    table_path
        JSON of ``ph compare`` for the card.
    compositions_path
        JSON of ``ph candidates`` for the card.
    """
    config = BundleConfig.read(config_path or DEFAULT_CONFIG)
    metrics = _read_json(metrics_path) or {}
    report(f"{len(data.names)} pictures, {len(set(data.groups.tolist()))} patient groups")
    rows = np.arange(len(data.names))
    network = train_committee(config.recipe, data, data.classes, rows, config.seed, report)
    temperatures = metrics.get("temperatures") or [1.0]
    temperature = float(np.exp(np.mean(np.log(temperatures))))
    part = folder.with_name(f".part-{folder.name}")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    digest = save_network(network, part / WEIGHTS_FILE)
    manifest = _manifest(config, data, digest, temperature, metrics)
    summary = collection_summary(data)
    table, compositions = _read_json(table_path) or [], _read_json(compositions_path) or {}
    (part / MANIFEST_FILE).write_text(manifest.to_text(), encoding="utf-8")
    (part / CARD_FILE).write_text(card_text(manifest, metrics, table, summary, compositions), encoding="utf-8")
    everything = {"held_out": metrics, "methods": table, "compositions": compositions, "collection": summary}
    (part / METRICS_FILE).write_text(json.dumps(everything, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if folder.exists():
        shutil.rmtree(folder)
    part.replace(folder)
    return ModelVersion.from_folder(folder).folder


def _manifest(
    config: BundleConfig, data: PhCollection, digest: str, temperature: float, metrics: Mapping[str, Any]
) -> Manifest:
    recipe = config.recipe
    kept = (
        "accuracy",
        "macro_recall",
        "quadratic_kappa",
        "ph_yes_no_auc",
        "macro_auc",
        "calibration_error",
        "majority_accuracy",
    )
    return Manifest(
        kind="classification",
        model_id=config.model_id,
        version=config.version,
        name=config.name,
        created_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        architecture="thorax_committee",
        arguments={**recipe.arguments, "classes": len(CLASS_FOLDERS)},
        input=InputSpec(
            size_px=recipe.size_px,
            hu_low=PH_WINDOW.low_hu,
            hu_high=PH_WINDOW.high_hu,
            crop="chest",
            margin_mm=0.0,
            extra={"temperature": round(temperature, 4)},
        ),
        weights_sha256=digest,
        class_names=class_names(),
        metrics={f"held_out_{key}": metrics[key] for key in kept if key in metrics},
        provenance={
            "training_data": SOURCE,
            "class_meanings": list(CLASS_MEANINGS),
            "counts": data.counts(),
            "recipe": recipe.to_dict(),
            "seed": config.seed,
            "encoder": segmentation_version().ref,
            "use": "research use only; not for diagnosis",
        },
        libraries={
            "python": platform.python_version(),
            "torch": str(torch.__version__),
            "numpy": np.__version__,
            "scikit-learn": sklearn.__version__,
            "safetensors": safetensors.__version__,
        },
        status="released",
    )


def _read_json(path: Path | None) -> Any:
    if path is None:
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CTViewerError(f"{path.name} cannot be read: {error}.") from error
