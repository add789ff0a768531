"""``python -m training``: train, resume, evaluate, list networks. Speaks JSON lines; the exit code is the verdict."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from ctviewer.config.threads import spin_less
from training.experiments.commands import add_arguments as add_experiment_arguments
from training.importers.commands import add_arguments as add_import_arguments
from training.ph import add_arguments as add_ph_arguments
from training.segment_command import add_arguments as add_segment_arguments
from training.ubc import add_arguments as add_ubc_arguments

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code (0 done, 2 bad request or unusable file, 3 failed, 4 cancelled)."""
    spin_less()
    options = _parser().parse_args(arguments)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except BrokenPipeError:  # who reads the output (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains when it ends
        return 0
    except OSError as error:
        log.debug("a file cannot be used", exc_info=True)
        sys.stderr.write(f"{error.filename or 'A file'} cannot be used: {error.strerror or error}.\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m training", description="Training of the models of ctviewer.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    add_segment_arguments(commands)

    resume = commands.add_parser("resume", help="continue an interrupted run exactly where its checkpoint is")
    resume.add_argument("run_dir", type=Path, help="run folder")
    resume.set_defaults(run=_resume)

    evaluate = commands.add_parser("evaluate", help="measure a model version at native resolution on labelled scans")
    evaluate.add_argument("--model", type=Path, required=True, help="model version folder")
    evaluate.add_argument("--cases", type=Path, required=True, help="JSON list of cases, or a request file")
    evaluate.add_argument("--out", type=Path, help="write the figures there as JSON")
    evaluate.set_defaults(run=_evaluate)

    bundled = commands.add_parser("bundled", help="remake the bundled segmentation model from the reference cases")
    bundled.add_argument("--references", type=Path, required=True, help="folder made by training.references")
    bundled.add_argument("--work", type=Path, required=True, help="folder for prepared studies and runs")
    bundled.add_argument("--config", type=Path, help="settings, default training/configs/bundled_segmentation.json")
    bundled.add_argument("--model-out", type=Path, help="version folder of the final model; trained when given")
    bundled.add_argument(
        "--crossvalidation",
        choices=("run", "measure", "keep"),
        default="run",
        help="train the folds, measure those in the work folder again, or keep their figures",
    )
    bundled.set_defaults(run=_bundled)

    export = commands.add_parser("export", help="write a model for other programs, checked against itself")
    export.add_argument("--model", type=Path, required=True, help="model version folder")
    export.add_argument("--format", choices=("onnx", "openvino", "torchscript"), default="onnx")
    export.add_argument("--out", type=Path, required=True, help="file to write")
    export.set_defaults(run=_export)

    add_import_arguments(commands)
    add_experiment_arguments(commands)
    add_ph_arguments(commands)
    add_ubc_arguments(commands)

    networks = commands.add_parser("networks", help="list the networks")
    networks.set_defaults(run=_networks)
    return parser


def _resume(options: argparse.Namespace) -> int:
    from training.execution import EXIT_BAD_REQUEST, REQUEST_NAME, execute

    (options.run_dir / "cancel").unlink(missing_ok=True)
    if not (options.run_dir / REQUEST_NAME).exists():
        sys.stderr.write(f"{options.run_dir} holds no run ({REQUEST_NAME} is missing).\n")
        return EXIT_BAD_REQUEST
    return execute(options.run_dir / REQUEST_NAME, options.run_dir)


def _evaluate(options: argparse.Namespace) -> int:
    from training.evaluate import evaluate_command

    return evaluate_command(options.model, options.cases, options.out)


def _export(options: argparse.Namespace) -> int:
    from training.export import export_command

    return export_command(options.model, options.out, options.format)


def _bundled(options: argparse.Namespace) -> int:
    from training.bundled_segmentation import bundled_command

    return bundled_command(options.references, options.work, options.config, options.model_out, options.crossvalidation)


def _networks(_: argparse.Namespace) -> int:
    from ctviewer.networks.registry import ARCHITECTURES
    from training.complexity import multiply_adds, parameter_count, slice_size

    sys.stdout.write(f"{'network':38} {'width':>6} {'parameters':>13} {'G MAC':>8}  per slice of\n")
    for name, architecture in ARCHITECTURES.items():
        for width in architecture.widths or (None,):
            arguments = {} if width is None else {"width": width}
            if "size_px" in architecture.required:
                arguments["size_px"] = 128
            size = slice_size(name, arguments)
            count, work = parameter_count(name, arguments), multiply_adds(name, arguments, size) / 1e9
            sys.stdout.write(f"{name:38} {width or '-':>6} {count:>13,} {work:>8.2f}  {size}×{size}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
