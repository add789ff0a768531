"""What is installed is complete, whichever way it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TRACKED_FOLDERS = ("ctviewer", "training", "resources")


@pytest.fixture(scope="module")
def unpacked_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, built and unpacked."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    for name in TRACKED_FOLDERS:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    target = tmp_path_factory.mktemp("wheel")
    program = "import hatchling.build, sys; print(hatchling.build.build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", program, str(target)], cwd=source, check=True, capture_output=True, text=True)
    (wheel,) = target.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target / "unpacked")
    return target / "unpacked"


def test_wheel_contains_every_resource(unpacked_wheel: Path) -> None:
    expected = {p.relative_to(ROOT / "resources") for p in (ROOT / "resources").rglob("*") if p.is_file()}
    installed = unpacked_wheel / "ctviewer" / "_resources"
    assert {p.relative_to(installed) for p in installed.rglob("*") if p.is_file()} == expected
    assert expected


def test_wheel_contains_the_training_package_and_no_tests(unpacked_wheel: Path) -> None:
    assert (unpacked_wheel / "training" / "__main__.py").is_file()
    assert {p.name for p in unpacked_wheel.iterdir() if not p.name.endswith(".dist-info")} == {"ctviewer", "training"}


@pytest.mark.parametrize("where", ["checkout", "wheel"])
def test_resources_are_found(where: str, unpacked_wheel: Path) -> None:
    root = ROOT if where == "checkout" else unpacked_wheel
    done = subprocess.run(
        [sys.executable, "-c", "from ctviewer.config.paths import resource; print(resource('licences'))"],
        cwd=unpacked_wheel.parent,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    found = Path(done.stdout.strip())
    assert root in found.parents
    assert (found / "README.md").is_file()


def test_the_two_commands_can_be_run() -> None:
    for name in ("packaging/run", "packaging/test", ".ci/run"):
        path = ROOT / name
        assert os.access(path, os.X_OK)
        subprocess.run(["bash", "-n", str(path)], check=True)
    subprocess.run(["bash", "-n", str(ROOT / "packaging" / "setup.sh")], check=True)
    for name in ("run", "test", "setup"):
        assert (ROOT / "packaging" / f"{name}.ps1").is_file()


def test_a_folder_that_is_no_virtual_environment_is_not_removed(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("Dear", encoding="utf-8")
    done = subprocess.run(
        ["bash", "-c", ". packaging/setup.sh; python_environment ."],
        cwd=ROOT,
        env={**os.environ, "CTVIEWER_VENV": str(tmp_path / "letters")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "is no virtual environment" in done.stderr
    assert (tmp_path / "letters" / "letter.txt").read_text(encoding="utf-8") == "Dear"
