"""The decoding process with tasks that do what broken decoders do."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from typing import Any

import numpy as np

from ctviewer.io.sandbox import tasks, worker


class Panic(BaseException):
    """Like pyo3's PanicException: no `Exception`."""


def crash(_: dict[str, Any], __: object) -> None:
    ctypes.string_at(0)


def hang(_: dict[str, Any], __: object) -> None:
    while True:
        time.sleep(0.01)


def grow(_: dict[str, Any], __: object) -> int:
    return len(np.ones(8 * 2**30 // 8))


def panic(_: dict[str, Any], __: object) -> None:
    raise Panic("index out of bounds")


def write_file(item: dict[str, Any], _: object) -> int:
    with open(item["path"], "wb") as file:  # noqa: PTH123
        return file.write(b"x" * 100)


def fill(item: dict[str, Any], arrays: dict[str, np.ndarray]) -> int:
    if item.get("crash"):
        crash(item, arrays)
    arrays["out"][int(item["at"])] = int(item["value"])
    return int(item["value"])


def hang_on_the_third(item: dict[str, Any], arrays: dict[str, np.ndarray]) -> object:
    """Decode slices, but never come back from the third."""
    return hang(item, arrays) if item["slot"] == 2 else tasks.decode_slice(item, arrays)


def crash_on_the_third(item: dict[str, Any], arrays: dict[str, np.ndarray]) -> object:
    return crash(item, arrays) if item["slot"] == 2 else tasks.decode_slice(item, arrays)


tasks.TASKS.update(crash=crash, hang=hang, grow=grow, panic=panic, write_file=write_file, fill=fill)

if __name__ == "__main__":
    if "CTVIEWER_TEST_SLICE" in os.environ:
        tasks.TASKS["slice"] = globals()[os.environ["CTVIEWER_TEST_SLICE"]]
    worker.main(int(sys.argv[1]))
