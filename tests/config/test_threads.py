"""Waiting of threads: set at the start of both programs, before torch reads it, and never against the user."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ctviewer.config.threads import SPINCOUNT, spin_less


@pytest.mark.parametrize(("name", "value"), [("GOMP_SPINCOUNT", "7"), ("OMP_WAIT_POLICY", "ACTIVE")])
def test_what_the_user_chose_stays(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for other in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, value)
    before = dict(os.environ)
    spin_less()
    assert dict(os.environ) == before


@pytest.mark.parametrize("module", ["ctviewer.app.cli", "training.__main__"])
def test_both_programs_set_it_before_torch_is_there(module: str) -> None:
    code = f"""
import os, sys
for name in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY"):
    os.environ.pop(name, None)
from {module} import main
assert "torch" not in sys.modules
try:
    main(["--help"])
except SystemExit:
    pass
print(os.environ["GOMP_SPINCOUNT"])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == SPINCOUNT
