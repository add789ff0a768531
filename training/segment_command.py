"""``python -m training segment``: train from a request file, or from cases and flags."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, get_args, get_type_hints

from ctviewer.domain.errors import CTViewerError, TrainingError
from ctviewer.domain.training_parts import SamplerSpec
from ctviewer.domain.training_request import TrainingRequest
from ctviewer.networks.registry import SEGMENTATION, names
from training.flag_request import DEFAULT_HOLDOUT_SHARE, DEFAULT_NETWORK, DEFAULT_WIDTH, request_from_flags

_AUGMENTATION_NOTE = (
    "Training slices are rotated, scaled, shifted and shaded at random. There are no flips: a mirrored chest has its "
    "left lung on the right, and teaching that is the one mistake that must not happen. There is no blur: it moves the "
    "visible border of small structures away from their labels. Both can be switched on for experiments "
    "(--set augmentation.flip_probability=0.5)."
)
_KINDS = get_type_hints(TrainingRequest)
_METAVARS = {int: "N", float: "X", str: "TEXT"}

# Flag, the setting of the request it gives (a path in the JSON), its type or choices, help.
_RECIPE: tuple[tuple[str, str, Any, str], ...] = (
    ("--network", "architecture", names(SEGMENTATION), f"see “networks” (default {DEFAULT_NETWORK})"),
    ("--width", "arguments.width", int, f"channels of the network's first level (default {DEFAULT_WIDTH})"),
    ("--size", "input.size_px", int, "side of the network's input in pixels (default 128)"),
    ("--base", "base_model", str, "model version folder to start from; gives network and input"),
    ("--slices", "slices_per_iteration", int, "slices drawn per iteration (default 960)"),
    ("--batch-size", "batch_size", int, "slices per weight update (default 8)"),
    ("--loss", "loss", get_args(_KINDS["loss"]), "default focal"),
    ("--optimizer", "optimizer", get_args(_KINDS["optimizer"]), "default adam"),
    ("--learning-rate", "learning_rate", float, "peak (default 1e-3, Lion 1e-4; 0.3 of that with --base)"),
    ("--schedule", "schedule", get_args(_KINDS["schedule"]), "of the learning rate (default cosine)"),
    ("--patience", "patience", int, "stop after so many iterations without progress (default never)"),
    ("--seed", "seed", int, "default 42"),
    ("--model-id", "model_id", str, "identity of the model that comes out (default segmentation)"),
)
_MACHINE: tuple[tuple[str, str, Any, str], ...] = (
    ("--source", "sampler.kind", get_args(get_type_hints(SamplerSpec)["kind"]), "how slices are drawn (buffered)"),
    ("--studies", "sampler.n", int, "scans the buffered source holds (default what the memory allows)"),
    ("--draws", "sampler.k", int, "slices drawn of each before they are replaced (default 10)"),
    ("--memory", "ram_cap_mb", int, "hard bound of the process in MB (default 4096)"),
    ("--device", "device", str, "auto (default), cpu, cuda, cuda:1, mps"),
    ("--precision", "precision", get_args(_KINDS["precision"]), "default auto"),
    ("--threads", "threads", int, "processor threads"),
)


def add_arguments(commands: Any) -> None:
    """Add the ``segment`` command to the command line."""
    parser = commands.add_parser(
        "segment", help="train a segmentation network", epilog=_AUGMENTATION_NOTE, argument_default=argparse.SUPPRESS
    )
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--request", type=Path, help="request file (JSON): all settings come from it")
    source.add_argument("--cases", type=Path, help="cases.json made by “import”: settings come from the flags below")
    parser.add_argument("--out", type=Path, required=True, help="run folder, created; the same command goes on in it")
    parser.add_argument("--prepared", type=Path, help="folder of prepared studies to share between runs")

    data = parser.add_argument_group("with --cases: what is measured on")
    data.add_argument("--holdout", type=Path, metavar="CASES", help="cases.json of other patients")
    share_help = f"share of the patients kept apart without --holdout, 0 for none (default {DEFAULT_HOLDOUT_SHARE})"
    data.add_argument("--holdout-share", type=float, metavar="X", help=share_help)

    recipe = parser.add_argument_group("with --cases: network and recipe")
    _add_flags(recipe, _RECIPE)
    length = recipe.add_mutually_exclusive_group()
    length.add_argument("--iterations", "--epochs", type=int, metavar="N", help="each ends with a measurement (10)")
    length.add_argument("--steps", type=int, metavar="N", help="weight updates in all, rounded up to whole iterations")
    recipe.add_argument(
        "--set", action="append", metavar="SETTING=VALUE", help="any other setting of a request; may be repeated"
    )
    _add_flags(parser.add_argument_group("with --cases: slices and machine"), _MACHINE)
    parser.set_defaults(run=_segment)


def _add_flags(group: Any, flags: tuple[tuple[str, str, Any, str], ...]) -> None:
    for flag, setting, kind, text in flags:
        if isinstance(kind, tuple):
            group.add_argument(flag, dest=setting, choices=kind, metavar="NAME", help=f"{text}: {', '.join(kind)}")
        else:
            group.add_argument(flag, dest=setting, type=kind, metavar=_METAVARS[kind], help=text)


def _segment(options: argparse.Namespace) -> int:
    given = dict(vars(options))
    del given["run"]
    out, prepared = given.pop("out"), given.pop("prepared", None)
    try:
        asked = given.pop("request") if "request" in given else request_from_flags(out.resolve().name, given)
        if isinstance(asked, Path) and given:
            raise TrainingError(
                "With --request all settings come from the file, but flags for single settings were given too.",
                "Put the settings into the file, or train with --cases.",
            )
    except CTViewerError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    from training.execution import execute

    return execute(asked, out, prepared=prepared)
