"""What an experiment compares: a TOML file beside this one, or any other."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ctviewer.domain.errors import TrainingError
from ctviewer.domain.training_parts import TrainingCase
from ctviewer.domain.training_request import TrainingRequest

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Plan:
    """An experiment at a scale.

    Parameters
    ----------
    name, title, row, question
        For people; ``row`` is the row of the source's table that it repeats.
    scale
        Name of the chosen scale: ``"small"`` for a computer without GPU, ``"full"`` as the source had it.
    folds, seeds
        Every arm is trained once per fold and seed.
    reference
        Arm that the others are compared with.
    top
        Iterations averaged in the source's "top" figures.
    arms
        Settings of the request for every arm.
    """

    name: str
    title: str
    row: str
    question: str
    scale: str
    folds: int
    seeds: tuple[int, ...]
    reference: str
    top: int
    arms: Mapping[str, Mapping[str, Any]]

    def request(
        self, arm: str, seed: int, name: str, cases: Sequence[TrainingCase], holdout: Sequence[TrainingCase]
    ) -> TrainingRequest:
        """Request of one run.

        Raises
        ------
        TrainingError
            If the file asks for something that no request can ask for.
        """
        document = dict(self.arms[arm])
        document |= {"run_id": name, "seed": seed, "model_id": f"{self.name}-{arm}", "cases": [asdict(cases[0])]}
        empty = TrainingRequest.from_json(document).to_json()
        empty |= {"cases": [asdict(c) for c in cases], "holdout": [asdict(c) for c in holdout]}
        return TrainingRequest.from_json(empty)


def names() -> list[str]:
    """Experiments that come with the program."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def read_plan(name: str, scale: str = "small", seeds: int | None = None) -> Plan:
    """An experiment by name, or by the path of a TOML file.

    Parameters
    ----------
    scale
        One of the file's scales.
    seeds
        Use only the first so many seeds.

    Raises
    ------
    TrainingError
        If there is no such experiment or scale, or the file is not as it should be.
    """
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TrainingError(f"There is no experiment “{name}”.", f"Known: {', '.join(names())}.") from error
    except tomllib.TOMLDecodeError as error:
        raise TrainingError(f"{path.name} is not TOML: {error}.") from error
    try:
        settings = document["scales"][scale]
        base = _merged(document["base"], settings["request"])
        chosen = settings.get("arms", list(document["arms"]))
        arms = {arm: _merged(base, document["arms"][arm]) for arm in chosen}
        plan = Plan(
            name=path.stem,
            title=document["title"],
            row=document["row"],
            question=document["question"],
            scale=scale,
            folds=int(settings["folds"]),
            seeds=tuple(settings["seeds"][:seeds]),
            reference=document["reference"],
            top=int(settings["top"]),
            arms=arms,
        )
    except KeyError as error:
        raise TrainingError(f"{path.name} lacks {error.args[0]}.") from error
    if plan.reference not in arms:
        raise TrainingError(f"{path.name} compares with “{plan.reference}”, which is none of its arms.")
    return plan


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of both, those above winning; tables are merged in turn."""
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        # The arguments of one network mean nothing to another.
        if isinstance(value, Mapping) and isinstance(old, Mapping) and key != "arguments":
            value = _merged(old, value)
        result[key] = value
    return result
