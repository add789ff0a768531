"""``python -m training ph``: look at a picture collection, judge methods, make the bundled classifier."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ctviewer.domain.errors import CTViewerError

EXIT_INTERRUPTED = 130


def add_arguments(commands: Any) -> None:
    """Add ``ph`` with its own sub-commands to a parser's sub-parsers."""
    ph = commands.add_parser("ph", help="pulmonary-hypertension classifier: import, evaluate, compare, train")
    verbs = ph.add_subparsers(required=True, metavar="VERB")

    look = _verb(verbs, "import", _import, "read a collection; list exclusions, duplicates and the fixed split")
    look.add_argument("--out", type=Path, help="write split.csv and collection.json there")

    evaluate = _verb(verbs, "evaluate", _evaluate, "cross-validate one method")
    _judging(evaluate)
    evaluate.add_argument("--method", required=True)
    evaluate.add_argument("--protocol", default="nested")
    evaluate.add_argument("--shuffled", action="store_true", help="permute the labels over patients: expect chance")
    evaluate.add_argument("--calibrate", action="store_true", help="fit a temperature inside each training part")

    compare = _verb(verbs, "compare", _compare, "table of methods under several protocols")
    _judging(compare)
    compare.add_argument("--methods", nargs="+", default=["majority", "framing", "hog-linear", "hog-nearest"])
    compare.add_argument("--protocols", nargs="+", default=["nested", "grouped", "pictures"])

    train = _verb(verbs, "train", _train, "train on all groups and write a version folder")
    train.add_argument("--out", type=Path, required=True, help="version folder to create")
    train.add_argument("--config", type=Path, help="settings, default training/configs/bundled_ph.json")
    train.add_argument("--metrics", type=Path, help="JSON of “evaluate --calibrate”, for card and temperature")
    train.add_argument("--table", type=Path, help="JSON of “compare”, for the card")
    train.add_argument("--compositions", type=Path, help="JSON of “candidates”, for the card")

    candidates = _verb(verbs, "candidates", _candidates, "compare compositions of the committee, patients kept apart")
    candidates.add_argument("--config", type=Path, help="settings, default training/configs/bundled_ph.json")
    candidates.add_argument("--members", type=int, default=1, help="networks of each kind, default 1")
    candidates.add_argument("--seeds", type=int, nargs="+", default=[0, 1], help="deals of the patients to folds")
    candidates.add_argument("--cache", type=Path, required=True, help="keep every component's predictions there")
    candidates.add_argument("--out", type=Path, help="write the figures there as JSON")

    pretraining = _verb(verbs, "pretraining", _pretraining, "does it help a network to look at CT slices first?")
    pretraining.add_argument("--references", type=Path, required=True, help="folder made by training.references")
    pretraining.add_argument("--slice-epochs", type=int, default=40, help="epochs without classes, default 40")
    pretraining.add_argument("--seeds", type=int, nargs="+", default=[0, 1], help="deals of the patients to folds")
    pretraining.add_argument(
        "--cache", type=Path, required=True, help="predictions of the fresh network, as “candidates”"
    )
    pretraining.add_argument("--out", type=Path, help="write the figures there as JSON")

    score = _verb(verbs, "score", _score, "apply a finished version to pictures it was not trained on")
    score.add_argument("--model", type=Path, help="version folder; default: the bundled classifier")
    score.add_argument("--out", type=Path, help="write pictures.csv and figures.json there")

    files = verbs.add_parser("backbones", help="say which ImageNet weights to bring, and check those in a folder")
    files.add_argument("--folder", type=Path, help="folder with the downloaded files")
    files.set_defaults(run=lambda options: _guarded(_backbones, options))


def _verb(verbs: Any, name: str, run: Any, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=text)
    parser.add_argument("--data", type=Path, required=True, help="folder with Control, Group1, Group2, Group3")
    parser.add_argument("--labels", help="without class folders: what label (n).png means, 4=Control,1=Group1,…")
    parser.set_defaults(run=lambda options: _guarded(run, options))
    return parser


def _judging(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folds", type=int, help="default 5; 10 for the feature ensemble")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, help="train networks for so many instead of the method's own")
    parser.add_argument("--out", type=Path, help="write the figures there as JSON")
    parser.add_argument("--backbones", type=Path, help="folder with ImageNet weights, see “ph backbones”")
    parser.add_argument("--random-backbones", type=int, metavar="SEED", help="random weights instead of ImageNet's")
    parser.add_argument("--features", default="imagenet", help="of the feature ensemble: imagenet or own")
    parser.add_argument("--cache", type=Path, help="keep features and fits there; an interrupted run goes on from it")
    parser.add_argument(
        "--largest-subset", type=int, default=6, help="most vectors a base classifier joins; 6: all 378"
    )
    parser.add_argument("--workers", type=int, default=1, help="processes for the feature ensemble's fits")


def _guarded(run: Any, options: argparse.Namespace) -> int:
    try:
        run(options)
    except CTViewerError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        cache = getattr(options, "cache", None)
        kept = (
            f"What was finished is in {cache}; run the same command again to go on." if cache else "Nothing was kept."
        )
        sys.stderr.write(f"Interrupted. {kept}\n")
        return EXIT_INTERRUPTED
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _collection(options: argparse.Namespace) -> Any:
    from training.ph.data import read_collection
    from training.ph.layout import parsed_labels

    return read_collection(options.data, parsed_labels(options.labels))


def _import(options: argparse.Namespace) -> None:
    from training.ph.listing import collection_summary, write_split

    data = _collection(options)
    summary = collection_summary(data)
    _say(json.dumps(summary, indent=2, ensure_ascii=False))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        write_split(data, options.out / "split.csv")
        _write_json(options.out / "collection.json", summary)


def _evaluate(options: argparse.Namespace) -> None:
    from training.ph.judging import judge_named

    protocol = _protocol(options.protocol)
    entry, judgement = judge_named(
        options.method,
        protocol,
        _collection(options),
        _resources(options),
        shuffled=options.shuffled,
        calibrate=options.calibrate,
        report=_say,
    )
    figures = {
        "method": options.method,
        "title": entry.title,
        "protocol": protocol,
        "shuffled": options.shuffled,
        "folds": int(judgement.folds.max()) + 1,
        "seed": options.seed,
        "temperatures": list(judgement.temperatures),
        **judgement.scores,
    }
    _say(json.dumps(figures, indent=2))
    _write_json(options.out, figures)


def _compare(options: argparse.Namespace) -> None:
    from training.ph.judging import judge_named
    from training.ph.listing import comparison_row
    from training.ph.methods import METHODS

    protocols = [_protocol(name) for name in options.protocols]
    data, resources, rows = _collection(options), _resources(options), []
    for name in options.methods:
        measured: dict[str, Any] = {}
        for protocol in protocols:
            # A method that chooses nothing has the same folds and fits under both.
            twin = {"nested": "grouped", "grouped": "nested"}.get(protocol, "") if name in METHODS else ""
            entry, judgement = measured.get(twin) or judge_named(name, protocol, data, resources, report=_say)
            measured[protocol] = (entry, judgement)
            rows.append(comparison_row(name, entry.title, protocol, judgement.scores))
            _say(json.dumps(rows[-1]))
            _write_json(options.out, rows)


def _candidates(options: argparse.Namespace) -> None:
    from dataclasses import replace

    from training.ph.bundle import DEFAULT_CONFIG, BundleConfig
    from training.ph.candidates import comparison

    recipe = replace(BundleConfig.read(options.config or DEFAULT_CONFIG).recipe, members=options.members)
    figures = comparison(_collection(options), recipe, options.seeds, options.cache, report=_say)
    _say(json.dumps(figures, indent=2))
    _write_json(options.out, figures)


def _pretraining(options: argparse.Namespace) -> None:
    from training.ph.pretraining import starts_compared

    data, epochs = _collection(options), options.slice_epochs
    figures = starts_compared(data, options.references, options.seeds, options.cache, epochs, report=_say)
    _say(json.dumps(figures, indent=2))
    _write_json(options.out, figures)


def _train(options: argparse.Namespace) -> None:
    from training.ph.bundle import bundle

    data = _collection(options)
    settings, metrics, table, compositions = options.config, options.metrics, options.table, options.compositions
    _say(str(bundle(data, options.out, settings, metrics, table, compositions, _say)))


def _score(options: argparse.Namespace) -> None:
    from ctviewer.domain.model_version import ModelVersion
    from training.bundled_models import newest_bundled
    from training.ph.layout import parsed_labels
    from training.ph.scoring import score_pictures, write_scored

    model = ModelVersion.from_folder(options.model) if options.model else newest_bundled("ph-classifier")
    scored = score_pictures(options.data, model, parsed_labels(options.labels))
    figures = {"model": model.ref, "refused": len(scored.refused), **scored.figures()}
    _say(json.dumps(figures, indent=2))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        write_scored(scored, options.out / "pictures.csv")
        _write_json(options.out / "figures.json", figures)


def _backbones(options: argparse.Namespace) -> None:
    from training.ph.backbone_files import PRESENT, backbone_files

    files = backbone_files(options.folder)
    for file in files:
        _say(f"{file.file_name:45} {file.megabytes:6.0f} MB  {file.state:19}  {file.url}")
    absent = [f.file_name for f in files if f.state != PRESENT]
    if absent and options.folder:
        raise CTViewerError(
            f"{len(absent)} of {len(files)} weights files are not usable: {', '.join(absent)}.",
            f"Download them from the addresses above into {options.folder}.",
        )


def _resources(options: argparse.Namespace) -> Any:
    from training.ph.judging import Resources

    return Resources(
        backbones=options.backbones,
        random_seed=options.random_backbones,
        features=options.features,
        cache=options.cache,
        workers=options.workers,
        largest_subset=options.largest_subset,
        folds=options.folds,
        seed=options.seed,
        epochs=options.epochs,
    )


def _protocol(name: str) -> str:
    from training.ph.protocols import PROTOCOLS

    if name not in PROTOCOLS:
        raise CTViewerError(f"There is no protocol “{name}”.", f"Known: {', '.join(PROTOCOLS)}.")
    return name


def _write_json(path: Path | None, values: Any) -> None:
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
