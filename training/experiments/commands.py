"""``python -m training experiments list | run NAME | report NAME``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from ctviewer.domain.errors import CTViewerError, TrainingError
from ctviewer.domain.training_parts import TrainingCase

RESULTS = Path(__file__).parent / "results"


def add_arguments(commands: Any) -> None:
    """Add the ``experiments`` command to the command line."""
    parser = commands.add_parser("experiments", help="compare recipes with several seeds on fixed patient folds")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    actions.add_parser("list", help="experiments that come with the program").set_defaults(run=_list)
    run = actions.add_parser("run", help="train what is missing of an experiment")
    report = actions.add_parser("report", help="write tables and charts of what was trained")
    for action in (run, report):
        action.add_argument("name", help="experiment, or a TOML file of your own")
        action.add_argument("--scale", default="small", help="a scale of the file: small (default) or full")
        action.add_argument("--seeds", type=int, help="only the first so many seeds")
        action.add_argument("--work", type=Path, required=True, help="folder of runs and prepared studies")
    run.add_argument("--references", type=Path, help="folder made by training.references")
    run.add_argument("--cases", type=Path, help="cases.json made by “import”")
    run.add_argument("--budget", type=float, default=60.0, metavar="MIN", help="no run starts later (default 60)")
    run.add_argument("--threads", type=int, help="processor threads of a run")
    run.set_defaults(run=_run)
    report.add_argument("--out", type=Path, default=RESULTS, help="where tables and charts go")
    report.set_defaults(run=_report)


def _list(_: argparse.Namespace) -> int:
    from training.experiments.plan import names, read_plan

    for name in names():
        plan = read_plan(name)
        sys.stdout.write(f"{name:16} {plan.row:8} {plan.title}: {', '.join(plan.arms)}\n")
    return 0


def _run(options: argparse.Namespace) -> int:
    from training.experiments.carry_out import carry_out
    from training.experiments.plan import read_plan

    try:
        plan = read_plan(options.name, options.scale, options.seeds)
        complete = carry_out(plan, _cases(options), options.work, options.budget * 60, options.threads)
    except CTViewerError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if not complete:
        sys.stderr.write("The experiment is not complete; the same command goes on.\n")
    return 0


def _report(options: argparse.Namespace) -> int:
    from training.experiments.plan import read_plan
    from training.experiments.report import write_report

    try:
        path = write_report(read_plan(options.name, options.scale, options.seeds), options.work, options.out)
    except CTViewerError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{path}\n")
    return 0


def _cases(options: argparse.Namespace) -> list[TrainingCase]:
    from training.bundled_segmentation import reference_cases
    from training.case_list import read_cases

    if options.references is not None:
        return reference_cases(options.references)
    if options.cases is not None:
        return read_cases(options.cases)
    raise TrainingError("No scans were named.", "Give --references or --cases.")
