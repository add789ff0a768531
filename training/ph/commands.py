"""``python -m training ph``: look at a picture collection, judge methods, make the bundled classifier."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ctviewer.domain.errors import CTViewerError


def add_arguments(commands: Any) -> None:
    """Add ``ph`` with its own sub-commands to a parser's sub-parsers."""
    ph = commands.add_parser("ph", help="pulmonary-hypertension classifier: import, evaluate, compare, train")
    verbs = ph.add_subparsers(required=True, metavar="VERB")

    look = _verb(verbs, "import", _import, "read a collection; list exclusions, duplicates and the fixed split")
    look.add_argument("--out", type=Path, help="write split.csv and collection.json there")

    evaluate = _verb(verbs, "evaluate", _evaluate, "cross-validate one method")
    _judging(evaluate)
    evaluate.add_argument("--method", required=True)
    evaluate.add_argument("--protocol", default="grouped")
    evaluate.add_argument("--shuffled", action="store_true", help="permute the labels over patients: expect chance")
    evaluate.add_argument("--calibrate", action="store_true", help="fit a temperature inside each training part")

    compare = _verb(verbs, "compare", _compare, "table of methods under all protocols")
    _judging(compare)
    compare.add_argument("--methods", nargs="+", default=["majority", "framing", "hog-linear", "hog-nearest"])

    train = _verb(verbs, "train", _train, "train on all groups and write a version folder")
    train.add_argument("--out", type=Path, required=True, help="version folder to create")
    train.add_argument("--config", type=Path, help="settings, default training/configs/bundled_ph.json")
    train.add_argument("--metrics", type=Path, help="JSON of “evaluate --calibrate”, for card and temperature")
    train.add_argument("--table", type=Path, help="JSON of “compare”, for the card")


def _verb(verbs: Any, name: str, run: Any, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=text)
    parser.add_argument("--data", type=Path, required=True, help="folder with Control, Group1, Group2, Group3")
    parser.set_defaults(run=lambda options: _guarded(run, options))
    return parser


def _judging(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="write the figures there as JSON")


def _guarded(run: Any, options: argparse.Namespace) -> int:
    try:
        run(options)
    except CTViewerError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _import(options: argparse.Namespace) -> None:
    from training.ph.data import read_collection
    from training.ph.listing import collection_summary, write_split

    data = read_collection(options.data)
    summary = collection_summary(data)
    _say(json.dumps(summary, indent=2, ensure_ascii=False))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        write_split(data, options.out / "split.csv")
        _write_json(options.out / "collection.json", summary)


def _evaluate(options: argparse.Namespace) -> None:
    from training.ph.data import read_collection
    from training.ph.protocols import judge

    entry = _method(options.method)
    judgement = judge(
        entry.make,
        read_collection(options.data),
        _protocol(options.protocol),
        folds=options.folds,
        seed=options.seed,
        shuffled=options.shuffled,
        calibrate=options.calibrate,
        report=_say,
    )
    figures = {
        "method": options.method,
        "title": entry.title,
        "protocol": options.protocol,
        "shuffled": options.shuffled,
        "folds": options.folds,
        "seed": options.seed,
        "temperatures": list(judgement.temperatures),
        **judgement.scores,
    }
    _say(json.dumps(figures, indent=2))
    _write_json(options.out, figures)


def _compare(options: argparse.Namespace) -> None:
    from training.ph.data import read_collection
    from training.ph.listing import comparison_row
    from training.ph.protocols import PROTOCOLS, judge

    data = read_collection(options.data)
    rows = []
    for name in options.methods:
        entry = _method(name)
        for protocol in PROTOCOLS:
            judgement = judge(entry.make, data, protocol, folds=options.folds, seed=options.seed)
            rows.append(comparison_row(name, entry.title, protocol, judgement.scores))
            _say(json.dumps(rows[-1]))
            _write_json(options.out, rows)


def _train(options: argparse.Namespace) -> None:
    from training.ph.bundle import bundle

    _say(str(bundle(options.data, options.out, options.config, options.metrics, options.table, report=_say)))


def _method(name: str) -> Any:
    from training.ph.methods import METHODS

    if name not in METHODS:
        raise CTViewerError(f"There is no method “{name}”.", f"Known: {', '.join(METHODS)}.")
    return METHODS[name]


def _protocol(name: str) -> str:
    from training.ph.protocols import PROTOCOLS

    if name not in PROTOCOLS:
        raise CTViewerError(f"There is no protocol “{name}”.", f"Known: {', '.join(PROTOCOLS)}.")
    return name


def _write_json(path: Path | None, values: Any) -> None:
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
