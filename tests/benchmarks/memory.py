"""Peak memory of loading one path, decoding processes included, in a fresh process."""

from __future__ import annotations

import select
import subprocess
import sys
from pathlib import Path

import psutil

SAMPLE_S = 0.004
_CODE = """
import sys
from pathlib import Path
from ctviewer.io.index import index_path
from ctviewer.io.load import load_volume
warm = load_volume(index_path(Path(sys.argv[1])).series[0])
del warm
print("ready", flush=True)
sys.stdin.readline()
volume = load_volume(index_path(Path(sys.argv[2])).series[0])
volume.hu.max()  # shared memory counts for a process once it has touched it
print(volume.hu.nbytes, flush=True)
sys.stdin.readline()
"""


def peak_over_volume(path: Path, warm: Path) -> tuple[float, float]:
    """Peak memory above the level before loading as a multiple of the volume; and the volume in MB.

    Parameters
    ----------
    path
        What is loaded.
    warm
        Something small of the same kind, loaded before: libraries and decoders are there then.
    """
    with subprocess.Popen(
        [sys.executable, "-c", _CODE, str(warm), str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        before, _ = _proportional_bytes(process.pid)
        own_peak = before
        process.stdin.write("\n")
        process.stdin.flush()
        while not select.select([process.stdout], [], [], SAMPLE_S)[0]:
            own_peak = max(own_peak, _proportional_bytes(process.pid)[0])
        own, shared = _proportional_bytes(process.pid)
        volume_bytes = int(process.stdout.readline())
        process.stdin.write("\n")
        process.stdin.flush()
    return (max(own_peak, own) + shared - before) / volume_bytes, volume_bytes / 2**20


def _proportional_bytes(pid: int) -> tuple[float, float]:
    """Memory of a process and its children (PSS): their own, and what they share without a file behind it."""
    own = shared = 0.0
    parent = psutil.Process(pid)
    for process in (parent, *parent.children(recursive=True)):
        try:
            rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii")
        except OSError:
            continue
        sizes = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.endswith("kB")}
        shared += sizes.get("Pss_Shmem", 0)
        own += sizes.get("Pss", 0) - sizes.get("Pss_Shmem", 0)
    return own, shared
