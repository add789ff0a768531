"""No library under the models reports its use to anybody."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import sys
import ctviewer.inference
import openvino
from openvino.tools import ovc
from openvino.tools.ovc import telemetry_utils
assert not any(name.startswith("openvino_telemetry.") for name in sys.modules), "telemetry was loaded"
assert telemetry_utils.tm.__name__.endswith("telemetry_stub"), telemetry_utils.tm
print("silent", openvino.Core().available_devices)
"""


def test_openvino_runs_without_its_telemetry() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.startswith("silent")
