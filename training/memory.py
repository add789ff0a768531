"""How much memory the process uses, and a hard bound on it."""

from __future__ import annotations

import sys
from pathlib import Path

from ctviewer.domain.errors import TrainingError

_STATUS = Path("/proc/self/status")
_MB = 1024 * 1024


def resident_mb() -> float:
    """Resident memory now, MB; 0 where the system does not say."""
    return _status_mb("VmRSS")


def peak_resident_mb() -> float:
    """Largest resident memory so far, MB; 0 where the system does not say."""
    if _STATUS.exists():
        return _status_mb("VmHWM")
    if sys.platform == "win32":
        return 0.0
    import resource

    peak = float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return peak / _MB if sys.platform == "darwin" else peak / 1024


def set_hard_cap(cap_mb: int) -> bool:
    """Let allocations beyond a bound fail instead of driving the whole computer into swapping.

    On Linux the bound is on the private writable memory (``RLIMIT_DATA``), set to the cap less what the program files
    themselves occupy. An address-space limit would not do: the deep-learning library reserves gigabytes it never
    touches. Elsewhere nothing is set and the caller has to watch `resident_mb`.

    Returns
    -------
    bool
        Whether the system enforces the bound.

    Raises
    ------
    TrainingError
        If the program alone is already above the cap.
    """
    if not _STATUS.exists():
        return False
    import resource

    limit_mb = cap_mb - _status_mb("RssFile")
    used_mb = _status_mb("VmData")
    if used_mb >= limit_mb:
        needed_mb = cap_mb - limit_mb + used_mb
        raise TrainingError(
            f"The memory limit of {cap_mb} MB is too small: the program alone needs {needed_mb:.0f} MB.",
            "Raise the limit; 2048 MB is enough for small models.",
        )
    _soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = int(limit_mb * _MB)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
    return True


def check_resident(cap_mb: int) -> None:
    """Raise `MemoryError` if the process is above its cap (for systems without an enforced bound)."""
    if resident_mb() > cap_mb:
        raise MemoryError(f"{resident_mb():.0f} MB are in use, the limit is {cap_mb} MB")


def _status_mb(field: str) -> float:
    try:
        for line in _STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) / 1024
    except OSError:
        return 0.0
    return 0.0
