"""Model versions: installed, activated, rolled back; damaged and foreign ones refused."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ctviewer.domain.errors import CorruptArtefactError, ModelError, StoreError
from ctviewer.store import model_registry
from ctviewer.store.model_registry import ModelRegistry
from tests.store.model_folders import write_version


@pytest.fixture
def registry(tmp_path: Path) -> ModelRegistry:
    write_version(tmp_path / "bundled" / "chest", seed=1)
    write_version(
        tmp_path / "bundled" / "ph",
        seed=2,
        kind="classification",
        model_id="ph",
        segments=(),
        class_names=("no", "yes"),
    )
    return ModelRegistry(tmp_path / "bundled", tmp_path / "user")


def candidate(tmp_path: Path, version: str, seed: int = 3) -> Path:
    return write_version(
        tmp_path / "run" / version, seed=seed, version=version, parent="chest@1.0", created_at=f"2026-02-0{version[0]}"
    )


def flip_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-3] ^= 0x10
    path.chmod(0o600)
    path.write_bytes(content)


def test_bundled_versions_are_active_without_a_choice(registry: ModelRegistry) -> None:
    assert registry.active("segmentation").ref == "chest@1.0"
    assert registry.active("classification").ref == "ph@1.0"
    assert [v.ref for v in registry.versions("segmentation")] == ["chest@1.0"]
    assert registry.active("segmentation").is_bundled
    assert registry.unusable() == ()


def test_installing_makes_a_candidate_that_is_not_active(registry: ModelRegistry, tmp_path: Path) -> None:
    installed = registry.install(candidate(tmp_path, "2.0"))
    assert installed.folder == tmp_path / "user" / "chest" / "2.0"
    assert not registry.is_active(installed)
    assert installed.card_path.read_text() == "# Card\n"
    assert installed.manifest.parent == "chest@1.0"
    assert registry.get("chest@2.0") == installed
    assert not list((tmp_path / "user" / "chest").glob(".*"))


def test_activate_then_rollback_returns_to_the_former(registry: ModelRegistry, tmp_path: Path) -> None:
    second = registry.install(candidate(tmp_path, "2.0"))
    third = registry.install(candidate(tmp_path, "3.0", seed=4))
    registry.activate(second)
    registry.activate(third.ref)
    assert registry.previous("segmentation") == second
    assert registry.rollback("segmentation") == second
    assert registry.rollback("segmentation").ref == "chest@1.0"
    with pytest.raises(ModelError, match="no earlier"):
        registry.rollback("segmentation")
    assert ModelRegistry(tmp_path / "bundled", tmp_path / "user").active("segmentation").ref == "chest@1.0"


def test_activating_twice_keeps_the_history(registry: ModelRegistry, tmp_path: Path) -> None:
    second = registry.install(candidate(tmp_path, "2.0"))
    registry.activate(second)
    registry.activate(second)
    assert registry.rollback("segmentation").ref == "chest@1.0"


def test_a_version_is_never_overwritten(registry: ModelRegistry, tmp_path: Path) -> None:
    registry.install(candidate(tmp_path, "2.0"))
    before = (tmp_path / "user/chest/2.0/weights.safetensors").read_bytes()
    other = write_version(tmp_path / "other", seed=99, version="2.0")
    with pytest.raises(ModelError, match="installed already"):
        registry.install(other)
    assert (tmp_path / "user/chest/2.0/weights.safetensors").read_bytes() == before
    with pytest.raises(ModelError, match="installed already"):
        registry.install(write_version(tmp_path / "as_bundled", seed=99))


def test_a_flipped_bit_is_refused_at_install_and_at_activation(registry: ModelRegistry, tmp_path: Path) -> None:
    damaged = candidate(tmp_path, "2.0")
    flip_bit(damaged / "weights.safetensors")
    with pytest.raises(CorruptArtefactError, match="damaged"):
        registry.install(damaged)
    assert [v.ref for v in registry.versions("segmentation")] == ["chest@1.0"]

    good = registry.install(candidate(tmp_path, "3.0"))
    flip_bit(good.weights_path)
    with pytest.raises(CorruptArtefactError):
        registry.activate(good)
    with pytest.raises(CorruptArtefactError):
        good.verify()
    assert registry.active("segmentation").ref == "chest@1.0"


@pytest.mark.parametrize("damage", ["truncate", "other_model", "pickle", "missing", "link"])
def test_foreign_weights_are_refused(registry: ModelRegistry, tmp_path: Path, damage: str) -> None:
    folder = candidate(tmp_path, "2.0")
    weights = folder / "weights.safetensors"
    if damage == "truncate":
        weights.write_bytes(weights.read_bytes()[:-1])
    elif damage == "other_model":
        weights.write_bytes((tmp_path / "bundled/ph/weights.safetensors").read_bytes())
    elif damage == "pickle":
        document = json.loads((folder / "manifest.json").read_text())
        document["weights_file"] = "weights.pt"
        (folder / "manifest.json").write_text(json.dumps(document))
    else:
        weights.unlink()
        if damage == "link":
            weights.symlink_to(tmp_path / "bundled/chest/weights.safetensors")
    with pytest.raises((CorruptArtefactError, ModelError)):
        registry.install(folder)
    assert not (tmp_path / "user" / "chest" / "2.0").exists()


def test_a_damaged_user_model_is_listed_while_others_work(registry: ModelRegistry, tmp_path: Path) -> None:
    second = registry.install(candidate(tmp_path, "2.0"))
    third = registry.install(candidate(tmp_path, "3.0", seed=4))
    registry.activate(second)
    registry.activate(third)
    manifest = third.folder / "manifest.json"
    manifest.chmod(0o600)
    manifest.write_text("{ not json")
    assert [u.folder for u in registry.unusable()] == [third.folder]
    assert "not valid JSON" in registry.unusable()[0].reason
    assert registry.active("segmentation") == second
    assert "chest@3.0 cannot be used" in registry.notices("segmentation")[0]
    with pytest.raises(ModelError, match="cannot be used"):
        registry.get("chest@3.0")
    assert registry.active("classification").ref == "ph@1.0"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"schema_version": 1, "kinds": {"segmentation": 5}}', "\x00"])
def test_a_damaged_pointer_means_bundled(registry: ModelRegistry, tmp_path: Path, content: str) -> None:
    registry.activate(registry.install(candidate(tmp_path, "2.0")))
    (tmp_path / "user" / "active.json").write_text(content)
    assert "is damaged" in "".join(registry.notices("segmentation")) or "kinds" in content
    assert registry.active("segmentation").ref == "chest@1.0"
    registry.activate("chest@2.0")
    assert registry.active("segmentation").ref == "chest@2.0"
    assert registry.notices("segmentation") == ()


def test_an_interrupted_install_leaves_nothing_visible(
    registry: ModelRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(model_registry.os, "rename", fail)
    with pytest.raises(StoreError, match="disk space"):
        registry.install(candidate(tmp_path, "2.0"))
    monkeypatch.undo()
    assert [v.ref for v in registry.versions("segmentation")] == ["chest@1.0"]
    assert not list((tmp_path / "user" / "chest").iterdir())
    assert registry.install(tmp_path / "run" / "2.0").ref == "chest@2.0"


def test_only_known_files_travel(registry: ModelRegistry, tmp_path: Path) -> None:
    folder = candidate(tmp_path, "2.0")
    (folder / "metrics.csv").write_text("a,b\n")
    (folder / "optimizer.pt").write_bytes(b"\x80\x02")
    (folder / "evil.py").write_text("import os")
    installed = registry.install(folder)
    names = {p.name for p in installed.folder.iterdir()}
    assert names == {"manifest.json", "weights.safetensors", "card.md", "metrics.csv"}
    assert all(p.stat().st_mode & 0o077 == 0 for p in installed.folder.iterdir())


def test_unknown_refs_and_missing_kinds_are_sentences(registry: ModelRegistry, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no model chest@9.*Installed: chest@1.0"):
        registry.get("chest@9")
    with pytest.raises(ModelError, match="not a model version"):
        registry.get("../../etc")
    empty = ModelRegistry(tmp_path / "nothing", tmp_path / "nowhere")
    with pytest.raises(ModelError, match="No usable segmentation model"):
        empty.active("segmentation")
    assert "No usable" in empty.notices("segmentation")[0]


def test_the_registry_does_not_load_torch() -> None:
    code = "import sys, ctviewer.store.model_registry; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, env={**os.environ}).returncode == 0
