"""``python -m training ubc``: UBC-ResNet34 against ResNet34 on brain slices with masks."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ctviewer.domain.errors import CTViewerError


def add_arguments(commands: Any) -> None:
    """Add ``ubc`` to a parser's sub-parsers."""
    parser = commands.add_parser("ubc", help="compare UBC-ResNet34 with ResNet34, a patient left out at a time")
    parser.add_argument("--data", type=Path, required=True, help="folder of patient folders (BraTS, NIfTI)")
    parser.add_argument("--masks", default="lesion", help="lesion, boxes or classes")
    parser.add_argument("--mask-scales", type=int, default=1, help="decoder levels with a mask, 1 to 5")
    parser.add_argument("--unlabelled", type=float, default=0.0, help="share of slices that teach by their mask only")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--size", type=int, default=96, help="side of the slices in pixels; 224 in the source")
    parser.add_argument("--step", type=int, default=2, help="every so many slices")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="write the figures there as JSON")
    parser.set_defaults(run=_run)


def _report(line: str) -> None:
    sys.stderr.write(line + "\n")


def _run(options: argparse.Namespace) -> int:
    from training.ubc.compare import UbcSettings, compare
    from training.ubc.slices import read_slices

    try:
        slices = read_slices(options.data, options.size, options.step, options.masks)
        settings = UbcSettings(
            masks=options.masks,
            mask_scales=options.mask_scales,
            epochs=options.epochs,
            unlabelled=options.unlabelled,
            seed=options.seed,
        )
        text = json.dumps(compare(slices, settings, _report), indent=2)
    except CTViewerError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(text + "\n")
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")
    return 0
