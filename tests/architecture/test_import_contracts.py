"""The import contracts hold, and each of them goes red for a deliberate violation."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PLANTED: dict[str, dict[str, str]] = {
    # contract id -> {planted module: what it imports against the rule}
    "layers": {
        "ctviewer.domain.planted_up": "ctviewer.io",
        "ctviewer.config.planted_up": "ctviewer.store",
        "ctviewer.io.planted_up": "ctviewer.store",
        "ctviewer.networks.planted_up": "ctviewer.inference",
        "ctviewer.inference.planted_up": "ctviewer.services",
        "ctviewer.store.planted_up": "ctviewer.services",
        "ctviewer.services.planted_up": "ctviewer.session",
        "ctviewer.jobs.planted_up": "ctviewer.session",
        "ctviewer.session.planted_up": "ctviewer.gui",
        "ctviewer.gui.planted_up": "ctviewer.app",
    },
    "pure-domain": {"ctviewer.domain.planted_reader": "pydicom", "ctviewer.config.planted_tensor": "torch"},
    "headless": {"ctviewer.services.planted_qt": "PySide6.QtCore", "training.planted_qt": "PySide6.QtCore"},
    "torch-is-local": {"ctviewer.session.planted_torch": "torch"},
    "networks-are-torch-only": {"ctviewer.networks.planted_domain": "ctviewer.domain"},
    "drawing-is-gui": {"ctviewer.session.planted_drawing": "pyqtgraph"},
    "formats-at-the-edge": {"ctviewer.services.planted_format": "SimpleITK"},
    "arrays-in-arrays-out": {"ctviewer.inference.planted_files": "ctviewer.io"},
    "training-is-a-process": {"ctviewer.services.planted_training": "training"},
    "training-is-headless": {"training.planted_services": "ctviewer.services"},
    "views-talk-through-session": {"ctviewer.gui.panels.planted_view": "ctviewer.gui.slices"},
}


def contracts() -> dict[str, str]:
    """Contract id -> name."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {c["id"]: c["name"] for c in settings["tool"]["importlinter"]["contracts"]}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", program, "--config", str(folder / "pyproject.toml"), "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@cache
def report_on_violations() -> str:
    """One run over a copy of the tree with every violation planted."""
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(ROOT / "pyproject.toml", folder)
        for package in ("ctviewer", "training"):
            shutil.copytree(
                ROOT / package,
                folder / package,
                ignore=lambda where, names: [n for n in names if not _is_code(where, n)],
            )
        for planted in PLANTED.values():
            for module, imported in planted.items():
                path = folder / (module.replace(".", "/") + ".py")
                assert not path.exists()
                path.write_text(f'"""Planted."""\n\nimport {imported}\n', encoding="utf-8")
        (folder / "ctviewer" / "misc").mkdir()
        (folder / "ctviewer" / "misc" / "__init__.py").write_text("")
        return lint(folder).stdout


def _is_code(where: str, name: str) -> bool:
    return name.endswith(".py") or ((Path(where) / name).is_dir() and name != "__pycache__")


def section(report: str, contract_name: str) -> str:
    """What the report says about a broken contract."""
    _, _, details = report.partition("Broken contracts")
    parts = re.split(r"\n(?=[^\n]+\n-{4,}\n)", details)
    return next((p for p in parts if p.strip().startswith(contract_name)), "")


def test_the_tree_keeps_all_contracts() -> None:
    done = lint(ROOT)
    broken = [line for line in done.stdout.splitlines() if line.endswith("BROKEN") or "->" in line]
    assert broken == []
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_every_contract_has_a_planted_violation() -> None:
    assert set(PLANTED) == set(contracts())


@pytest.mark.parametrize("contract_id", sorted(PLANTED))
def test_a_violation_turns_the_contract_red(contract_id: str) -> None:
    name = contracts()[contract_id]
    report = report_on_violations()
    assert f"{name} BROKEN" in report
    details = section(report, name)
    for module, imported in PLANTED[contract_id].items():
        target = imported.split(".")[0] if not imported.startswith("ctviewer") else imported
        assert re.search(rf"{re.escape(module)} -> {re.escape(target)}\b", details), f"{module} was not noticed"


def test_a_new_package_must_get_a_layer() -> None:
    assert "misc" in section(report_on_violations(), contracts()["layers"])
