"""What this program is called in the files it writes."""

from __future__ import annotations

import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def program_version() -> str:
    """Version of the installed program, or of the checkout it runs from."""
    try:
        return version("ctviewer")
    except PackageNotFoundError:
        return _checkout_version()


def _checkout_version() -> str:
    description = Path(__file__).resolve().parents[2] / "pyproject.toml"
    try:
        with description.open("rb") as file:
            return str(tomllib.load(file)["project"]["version"])
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return "unknown"
