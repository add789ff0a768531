"""The models that come with the program, as starting points of training and judging."""

from __future__ import annotations

from ctviewer.config.paths import bundled_models_dir
from ctviewer.domain.model_version import ModelVersion


def newest_bundled(model_id: str) -> ModelVersion:
    """The newest bundled version of a model."""
    return ModelVersion.from_folder(max((bundled_models_dir() / model_id).iterdir()))
