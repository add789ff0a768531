"""Volume in, prediction out (torch). Opens no image files."""

import sys

# OpenVINO reports its use to a web service without asking. Where this package cannot be imported it goes on without,
# and nothing leaves this computer.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
