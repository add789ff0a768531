"""Segmenting through the model registry."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ctviewer.domain.errors import ModelError, NotApplicableError
from ctviewer.domain.study import Mark
from ctviewer.services.segmenting import segment_volume
from ctviewer.store.model_registry import ModelRegistry
from tests.inference.model_folders import constant, version_folder
from tests.support.volumes import volume


@pytest.fixture
def registry(tmp_path: Path) -> ModelRegistry:
    registry = ModelRegistry(tmp_path / "bundled", tmp_path / "user")
    for number, channel in (("1", 1), ("2", 2)):
        registry.install(version_folder(tmp_path / f"v{number}", constant(channel), version=number).folder)
    registry.activate("mini@1")
    return registry


def test_the_active_model_is_used_unless_one_is_named(registry: ModelRegistry) -> None:
    active = segment_volume(volume(), registry, device="cpu")
    named = segment_volume(volume(), registry, device="cpu", model_ref="mini@2")
    assert (active.model.version, named.model.version) == ("1", "2")
    assert (active.labels == 1).all()
    assert (named.labels == 2).all()


def test_values_that_are_not_hu_are_refused_in_a_sentence(registry: ModelRegistry) -> None:
    with pytest.raises(NotApplicableError, match="“Chest” was not segmented: its values are not Hounsfield units"):
        segment_volume(replace(volume(), is_hu=False), registry, device="cpu")
    with pytest.raises(NotApplicableError, match="left and right are unknown"):
        segment_volume(replace(volume(), marks=(Mark.NO_POSITIONS,)), registry, device="cpu")


def test_an_unknown_model_is_a_sentence(registry: ModelRegistry) -> None:
    with pytest.raises(ModelError):
        segment_volume(volume(), registry, device="cpu", model_ref="mini@99")


def test_importing_the_service_does_not_load_torch() -> None:
    code = "import sys, ctviewer.services.segmenting; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
