"""Where the development CT data lie; tests that need them skip elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]


def real_data_root() -> Path:
    """Folder of the data, whether or not it exists."""
    return Path(os.environ.get("CTVIEWER_TEST_DATA", _ROOT.parent / "shared" / "data"))


def real_data(relative: str) -> Path:
    """A file or folder of the data; skips the test where it is missing."""
    path = real_data_root() / relative
    if not path.exists():
        pytest.skip(f"real data not here: {path} (set CTVIEWER_TEST_DATA)")
    return path
