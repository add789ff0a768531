"""The request of a training run: exact round trip, and one sentence for what does not fit."""

import json
from pathlib import Path
from typing import Any

import pytest

from ctviewer.domain.errors import CTViewerError, TrainingError
from ctviewer.domain.manifest_parts import InputSpec, PostprocessStep
from ctviewer.domain.training_parts import SamplerSpec, TrainingCase
from ctviewer.domain.training_request import TrainingRequest

CASE = {"case_id": "a", "patient_key": "p", "image": "a.npz", "labels": "a-labels.npz"}
MINIMAL: dict[str, Any] = {
    "run_id": "r",
    "architecture": "attention_unet_plus_plus_v2",
    "arguments": {"width": 4},
    "input": {"size_px": 64, "hu_low": -1024, "hu_high": 400, "crop": "body", "margin_mm": 10.0},
    "cases": [CASE],
}


def test_round_trip_through_json() -> None:
    request = TrainingRequest(
        run_id="r",
        architecture="attention_unet_plus_plus_v2",
        arguments={"width": 4},
        input=InputSpec(64, -1024, 400),
        cases=[TrainingCase("a", "p", ["1.dcm", "2.dcm"], "a.npz", [1, 2], [2], "rehearsal", "rev", "0" * 64)],
        holdout=[TrainingCase("b", "q", "b.nii.gz", "b.npz")],
        sampler=SamplerSpec(n=3, k=2),
        postprocess=[PostprocessStep("fill_holes", {"maximum_ml": 5.0})],
    )
    assert TrainingRequest.from_json(json.loads(json.dumps(request.to_json()))) == request


def test_defaults_are_the_report_recipe() -> None:
    request = TrainingRequest.from_json(MINIMAL)
    assert (request.loss, request.optimizer, request.batch_size, request.slices_per_iteration) == (
        "focal",
        "adam",
        8,
        960,
    )
    assert (request.sampler.kind, request.sampler.k) == ("buffered", 10)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"seed": "x"}, "seed must be a whole number"),
        ({"seed": True}, "seed must be a whole number"),
        ({"loss": "magic"}, "Choose one of"),
        ({"cases": []}, "no cases"),
        ({"cases": {}}, "must be a list"),
        ({"cases": [{"case_id": "a"}]}, "lacks"),
        ({"cases": [CASE, CASE]}, "twice"),
        ({"holdout": [CASE | {"case_id": "b"}]}, "in the training cases and in the hold-out"),
        ({"wish": 1}, "unknown field “wish”"),
        ({"sampler": {"size": 3}}, "unknown field “size”"),
        ({"ram_cap_mb": 10}, "outside"),
        ({"batch_size": 0}, "outside"),
        ({"input": {"size_px": 64}}, "hu_low"),
        ({"loss": "weighted_cross_entropy"}, "class_weights"),
        ({"schema_version": 99}, "format version 99"),
    ],
)
def test_what_does_not_fit_is_one_sentence(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(CTViewerError) as caught:
        TrainingRequest.from_json(MINIMAL | changes)
    assert words in str(caught.value)


@pytest.mark.parametrize("content", ["", "{", "[]", '"text"', "null"])
def test_damaged_files(tmp_path: Path, content: str) -> None:
    path = tmp_path / "request.json"
    path.write_text(content)
    with pytest.raises(TrainingError):
        TrainingRequest.read(path)
    with pytest.raises(TrainingError, match="cannot be read"):
        TrainingRequest.read(tmp_path / "absent.json")
