"""Deterministic mutation fuzzer for everything that is opened: each input loads or is refused with a sentence.

``python -m tests.io.fuzz --n 10000`` runs more of them than the test suite does. Case ``i`` of a seed is always
the same bytes, so a finding is replayed with ``--only i --keep FOLDER``.
"""

from __future__ import annotations

import argparse
import gzip
import random
import re
import struct
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nibabel
import numpy as np
import psutil
import SimpleITK as sitk  # noqa: N813 - its own documentation calls it so

from ctviewer.domain.errors import CTViewerError
from ctviewer.io.sandbox.pool import decode_pool
from ctviewer.services.study_loading import load, open_path
from tests.support.ct_phantom import Grid
from tests.support.dicom_files import SYNTAXES, write_series
from tests.support.enhanced_file import write_enhanced

GRID = Grid(shape=(4, 40, 36), slice_mm=12.0)
HANG_S = 30.0
EXTREMES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
WORDS = (
    b"-1",
    b"0",
    b"nan",
    b"inf",
    b"1e308",
    b"99999999999999999999",
    b"1 1 1",
    b"",
    b"\xff\xfe",
    b"../../etc/passwd",
    b"a" * 300,
)


@dataclass(frozen=True)
class Seed:
    """A valid file to be damaged; ``inner`` files are damaged before they are compressed."""

    name: str
    content: bytes
    wrap: Callable[[bytes], bytes] = bytes


@dataclass
class Outcome:
    """What happened to a number of cases."""

    loaded: int = 0
    refused: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    slowest: str = ""
    grown_mb: float = 0.0
    restarts: int = 0


def seeds(folder: Path) -> list[Seed]:
    """One small file of every kind."""
    found = []
    for syntax in SYNTAXES:
        path = write_series(folder / syntax, GRID, syntax=syntax)[1]
        found.append(Seed(f"{syntax}.dcm", path.read_bytes()))
    for name, syntax in (("enhanced", "explicit"), ("enhanced_jpeg", "jpeg_lossless")):
        write_enhanced(folder / f"{name}.dcm", GRID, syntax=syntax)
        found.append(Seed(f"{name}.dcm", (folder / f"{name}.dcm").read_bytes()))
    nibabel.save(nibabel.Nifti1Image(GRID.volume_hu().transpose(2, 1, 0), np.diag([-2.0, -2, 2, 1])), folder / "x.nii")
    plain = (folder / "x.nii").read_bytes()
    found += [
        Seed("plain.nii", plain),
        Seed("inside.nii.gz", plain, gzip.compress),
        Seed("outside.nii.gz", gzip.compress(plain)),
    ]
    image = sitk.GetImageFromArray(GRID.volume_hu())
    for name, compress in (("x.nrrd", False), ("z.nrrd", True), ("x.mha", False), ("z.mha", True)):
        sitk.WriteImage(image, str(folder / name), useCompression=compress)
        found.append(Seed(name, (folder / name).read_bytes()))
    return found


def mutate(content: bytes, random_: random.Random) -> bytes:
    """A damaged copy: one to four mutations, most of them in the header."""
    data = bytearray(content)
    for _ in range(random_.choice((1, 1, 1, 2, 4))):
        if len(data) < 8:
            break
        random_.choice(_MUTATIONS)(data, random_)
    return bytes(data)


def _place(data: bytearray, random_: random.Random) -> int:
    """Somewhere; the first 1.5 kB three times out of four."""
    end = len(data) if random_.random() < 0.25 else min(len(data), 1500)
    return random_.randrange(max(1, end - 4))


def _flip(data: bytearray, random_: random.Random) -> None:
    data[_place(data, random_)] ^= 1 << random_.randrange(8)


def _noise(data: bytearray, random_: random.Random) -> None:
    at, count = _place(data, random_), random_.choice((1, 2, 4, 16, 128))
    data[at : at + count] = random_.randbytes(count)


def _number(data: bytearray, random_: random.Random) -> None:
    at = _place(data, random_)
    layout = random_.choice(("<B", "<H", ">H", "<I", ">I"))
    size = struct.calcsize(layout)
    data[at : at + size] = struct.pack(layout, random_.choice(EXTREMES) & (1 << 8 * size) - 1)


def _truncate(data: bytearray, random_: random.Random) -> None:
    del data[random_.randrange(len(data)) :]


def _remove(data: bytearray, random_: random.Random) -> None:
    at = _place(data, random_)
    del data[at : at + random_.choice((1, 2, 3, 8, 100))]


def _insert(data: bytearray, random_: random.Random) -> None:
    at = _place(data, random_)
    data[at:at] = random_.randbytes(random_.choice((1, 2, 7, 64)))


def _repeat(data: bytearray, random_: random.Random) -> None:
    at = _place(data, random_)
    data[at:at] = data[at : at + random_.choice((8, 100, 2000))]


def _text_number(data: bytearray, random_: random.Random) -> None:
    """Replace a number written as text, keeping or breaking the length."""
    hits = list(re.finditer(rb"-?\d+(?:\.\d+)?", bytes(data[:3000])))
    if hits:
        hit = random_.choice(hits)
        word = random_.choice(WORDS)
        if random_.random() < 0.7:
            word = word[: len(hit[0])].ljust(len(hit[0]))
        data[hit.start() : hit.end()] = word


def _value_representation(data: bytearray, random_: random.Random) -> None:
    """Another type for a DICOM element, so that its length is read elsewhere."""
    hits = list(re.finditer(rb"(?:UI|US|DS|IS|CS|LO|OW|OB|SQ|UN|PN|UL)", bytes(data[132:3000])))
    if hits:
        at = 132 + random_.choice(hits).start()
        data[at : at + 2] = random_.choice((b"SQ", b"UN", b"UL", b"OB", b"UT", b"XX", b"DS", b"\0\0"))


_MUTATIONS = (
    _flip,
    _noise,
    _number,
    _number,
    _truncate,
    _remove,
    _insert,
    _repeat,
    _text_number,
    _value_representation,
)


def case(all_seeds: list[Seed], seed: int, number: int) -> tuple[str, bytes]:
    """Name and bytes of one case."""
    random_ = random.Random(f"{seed}:{number}")
    chosen = all_seeds[number % len(all_seeds)]
    return chosen.name, chosen.wrap(mutate(chosen.content, random_))


def run(count: int, seed: int = 0, only: int | None = None, keep: Path | None = None) -> Outcome:
    """Open ``count`` cases one after the other."""
    outcome = Outcome()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        all_seeds = seeds(folder / "seeds")
        for name, content in _some(all_seeds, seed, len(all_seeds)):  # warm: libraries, processes, caches
            _open(folder, name, content, Outcome(), "")
        process = psutil.Process()
        workers: set[int] = {child.pid for child in process.children()}
        at_first = len(workers)
        before = process.memory_info().rss
        for number in range(count) if only is None else [only]:
            name, content = case(all_seeds, seed, number)
            if keep is not None:
                (keep / f"{number}_{name}").write_bytes(content)
            _open(folder, name, content, outcome, f"case {number} ({name})")
            workers |= {child.pid for child in process.children()}
        outcome.grown_mb = (process.memory_info().rss - before) / 2**20
        outcome.restarts = len(workers) - at_first
    return outcome


def _some(all_seeds: list[Seed], seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    for number in range(count):
        chosen = all_seeds[(seed + number) % len(all_seeds)]
        yield chosen.name, chosen.wrap(chosen.content)


def _open(folder: Path, name: str, content: bytes, outcome: Outcome, title: str) -> None:
    path = folder / name
    path.write_bytes(content)
    start = time.monotonic()
    try:
        index, _ = open_path(path)
        for series in index.series:
            load(series)
        outcome.loaded += 1
    except CTViewerError as error:
        sentence = str(error)
        outcome.refused += 1
        outcome.reasons[
            re.sub(r"\d[\d.,×]*", "N", error.message.partition("cannot be read: ")[2] or error.message)
        ] += 1
        if len(sentence) < 15 or not sentence.rstrip().endswith((".", "…", "?")) or "\n" in sentence:
            outcome.faults.append(f"{title}: no sentence: {sentence!r}")
        if "decoder crashed" in sentence or "took too long" in sentence:
            outcome.faults.append(f"{title}: {sentence}")
    except Exception as error:  # noqa: BLE001 - any other exception is what the fuzzer looks for
        outcome.faults.append(f"{title}: {type(error).__name__}: {error}")
    finally:
        path.unlink()
    seconds = time.monotonic() - start
    if seconds > outcome.slowest_s:
        outcome.slowest_s, outcome.slowest = seconds, title
    if seconds > HANG_S:
        outcome.faults.append(f"{title}: {seconds:.0f} s")


def main() -> int:
    """Run from the command line; 1 if anything but a refusal happened."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--reasons", action="store_true", help="list the sentences, most frequent first")
    arguments = parser.parse_args()
    outcome = run(arguments.n, arguments.seed, arguments.only, arguments.keep)
    for fault in outcome.faults:
        print("FAULT", fault)
    if arguments.reasons:
        for reason, count in outcome.reasons.most_common():
            print(f"{count:6d}  {reason}")
    print(
        f"{outcome.loaded + outcome.refused + len(outcome.faults)} inputs: {outcome.loaded} loaded, {outcome.refused} "
        f"refused with a sentence, {len(outcome.faults)} faults, {outcome.restarts} decoding processes restarted; "
        f"slowest {outcome.slowest_s:.2f} s ({outcome.slowest}); memory {outcome.grown_mb:+.0f} MB"
    )
    decode_pool().shutdown()
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
