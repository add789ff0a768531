"""The decoding process: takes requests as JSON, fills shared memory, answers with JSON.

It never unpickles and never sends anything that has to be unpickled.
"""

from __future__ import annotations

import json
import os
import sys
from multiprocessing.connection import Connection
from typing import Any

from ctviewer.io.sandbox.limits import limit_memory, limit_resources, set_alarm
from ctviewer.io.sandbox.shared_array import SharedArray, byte_count
from ctviewer.io.sandbox.tasks import TASKS, describe_failure

ALARM_GRACE_S = 10.0


def main(handle: int) -> None:
    """Serve requests from the pipe with this handle until it closes."""
    limit_resources()
    connection = _connect(handle)
    while True:
        try:
            request = json.loads(connection.recv_bytes())
        except (EOFError, OSError):
            return
        try:
            limit_memory(sum(byte_count(d) for d in request["arrays"].values()) + int(request["extra_bytes"]))
            arrays = {
                name: SharedArray.receive(description, connection).array
                for name, description in request["arrays"].items()
            }
            _serve(connection, request, arrays)
            del arrays
        except (BrokenPipeError, ConnectionError):
            return


def _connect(handle: int) -> Connection:
    if sys.platform == "win32":
        from multiprocessing.connection import PipeConnection

        return PipeConnection(handle)
    return Connection(handle)


def _serve(connection: Connection, request: dict[str, Any], arrays: dict[str, Any]) -> None:
    """Work through the items of one request; one answer each, the last one marked."""
    set_alarm(float(request["deadline_s"]) + ALARM_GRACE_S)
    task = TASKS[request["task"]]
    last = len(request["items"]) - 1
    for number, item in enumerate(request["items"]):
        try:
            answer = {"ok": True, "result": task(item, arrays)}
        except BaseException as error:  # noqa: BLE001 - the edge of the sandbox: Rust panics are no Exception
            if isinstance(error, SystemExit | KeyboardInterrupt):
                os._exit(1)
            answer = {"ok": False, **describe_failure(error)}
        if number == last:
            set_alarm(0)
        connection.send_bytes(json.dumps(answer | {"item": number, "last": number == last}).encode())


if __name__ == "__main__":
    main(int(sys.argv[1]))
