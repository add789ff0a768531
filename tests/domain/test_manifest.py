"""Manifests: exact round trip, and one sentence for everything else."""

import copy
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctviewer.domain.errors import CorruptArtefactError, ModelError
from ctviewer.domain.manifest import Manifest, split_ref
from ctviewer.domain.manifest_parts import InputSpec, PostprocessStep
from ctviewer.domain.model_version import ModelVersion
from tests.store.model_folders import BASE, write_version

DOCUMENT = BASE.to_json()
CLASSIFIER = replace(BASE, kind="classification", segments=(), class_names=("low", "high"), parent="chest@1.0")


def test_round_trip_through_text():
    rich = replace(
        BASE,
        annotations=({"revision_id": "a", "labels_sha256": "b"},),
        provenance={"training_data": ["x", {"y": 1.5}]},
        libraries={"torch": "2.10"},
        metrics={"dice": {"mean": 0.97}, "n": 12},
    )
    for manifest in (BASE, CLASSIFIER, rich):
        again = Manifest.from_text(manifest.to_text())
        assert again == manifest
        assert again.to_text() == manifest.to_text()


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=6), JSON, max_size=3), st.text(min_size=1, max_size=20))
def test_free_fields_survive_exactly(values, name):
    manifest = replace(BASE, name=name, metrics=values, input=replace(BASE.input, extra=values))
    assert Manifest.from_text(manifest.to_text()) == manifest


def changed(path, value):
    document = copy.deepcopy(DOCUMENT)
    target = document
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    return document


WRONG = [
    (("schema_version",), 2),
    (("schema_version",), "1"),
    (("schema_version",), None),
    (("kind",), "detection"),
    (("kind",), 3),
    (("model_id",), "../chest"),
    (("model_id",), ""),
    (("version",), "1/2"),
    (("version",), ".."),
    (("version",), "v."),
    (("name",), ""),
    (("created_at",), 2026),
    (("architecture",), None),
    (("arguments",), []),
    (("input",), None),
    (("input", "size_px"), "128"),
    (("input", "size_px"), True),
    (("input", "size_px"), 0),
    (("input", "hu_low"), 500),
    (("input", "hu_low"), "low"),
    (("input", "crop"), "legs"),
    (("input", "typo"), 1),
    (("input", "extra"), []),
    (("weights_file",), "../weights.safetensors"),
    (("weights_file",), "sub/weights.safetensors"),
    (("weights_file",), "sub\\weights.safetensors"),
    (("weights_file",), "/etc/weights.safetensors"),
    (("weights_file",), "C:weights.safetensors"),
    (("weights_file",), ".safetensors"),
    (("weights_file",), "weights.pt"),
    (("weights_file",), "weights.pkl"),
    (("weights_sha256",), "abc"),
    (("weights_sha256",), "G" * 64),
    (("segments",), []),
    (("segments",), {}),
    (("segments", 0, "label"), 0),
    (("segments", 0, "label"), 256),
    (("segments", 0, "label"), 2),
    (("segments", 0, "key"), "right_lung"),
    (("segments", 0, "color"), [1, 2]),
    (("segments", 0, "color"), [1, 2, 300]),
    (("segments", 0, "code"), {"value": "1"}),
    (("segments", 0, "extra"), 1),
    (("class_names",), [1]),
    (("postprocess",), [{"params": {}}]),
    (("postprocess",), ["holes"]),
    (("postprocess", 0, "params"), 5),
    (("parent",), "chest"),
    (("parent",), "a@../b"),
    (("annotations",), [{"revision_id": "a"}]),
    (("metrics",), None),
    (("status",), 1),
    (("surprise",), 1),
]


@pytest.mark.parametrize(("path", "value"), WRONG, ids=lambda v: str(v)[:40])
def test_every_wrong_field_is_one_sentence(path, value):
    with pytest.raises(ModelError) as caught:
        Manifest.from_json(changed(path, value))
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    "name",
    [
        n
        for n in DOCUMENT
        if n
        in {
            "schema_version",
            "kind",
            "model_id",
            "version",
            "name",
            "created_at",
            "architecture",
            "arguments",
            "input",
            "weights_file",
            "weights_sha256",
        }
    ],
)
def test_a_missing_field_is_named(name):
    document = copy.deepcopy(DOCUMENT)
    del document[name]
    with pytest.raises(ModelError, match=name if name != "schema_version" else "schema version None"):
        Manifest.from_json(document)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", "null", "3", '{"schema_version": 1, "metrics": {"dice": NaN}}', "[" * 100000]
)
def test_text_that_is_no_manifest(text):
    with pytest.raises(ModelError):
        Manifest.from_text(text)


def test_a_classifier_needs_classes_and_a_segmenter_structures():
    with pytest.raises(ModelError, match="no classes"):
        replace(CLASSIFIER, class_names=())
    with pytest.raises(ModelError, match="no structures"):
        replace(BASE, segments=())


def test_numbers_that_are_not_finite_cannot_be_written():
    with pytest.raises(ModelError, match="cannot be written"):
        replace(BASE, metrics={"loss": float("nan")}).to_text()
    with pytest.raises(ModelError, match="cannot be written"):
        replace(BASE, metrics={"loss": object}).to_text()


def test_a_manifest_is_a_value():
    metrics = {"dice": {"mean": 1}}
    manifest = replace(BASE, metrics=metrics)
    metrics["dice"]["mean"] = 0
    assert manifest.metrics["dice"]["mean"] == 1
    manifest.to_json()["metrics"]["dice"]["mean"] = 0
    assert manifest.metrics["dice"]["mean"] == 1
    assert InputSpec(size_px=64) == InputSpec.from_json(InputSpec(size_px=64).to_json())
    assert PostprocessStep("a", {"b": 1}) == PostprocessStep("a", {"b": 1})


def test_refs():
    assert split_ref("chest@1.0") == ("chest", "1.0")
    for bad in ("chest", "@1", "a@", "a@b@c", "a/b@1", ""):
        with pytest.raises(ModelError):
            split_ref(bad)


def test_a_version_folder(tmp_path):
    version = ModelVersion.from_folder(write_version(tmp_path / "v"))
    version.verify()
    assert version.ref == "chest@1.0"
    assert version.identity.weights_sha256 == version.manifest.weights_sha256
    assert version.card_path.exists()
    version.weights_path.write_bytes(b"x" + version.weights_path.read_bytes()[1:])
    with pytest.raises(CorruptArtefactError, match=r"weights\.safetensors is damaged"):
        version.verify()
    version.weights_path.unlink()
    with pytest.raises(CorruptArtefactError):
        version.verify()
    with pytest.raises(ModelError, match="weights file"):
        ModelVersion.from_folder(tmp_path / "v")
    (tmp_path / "v" / "manifest.json").write_bytes(b"\xff\xfe")
    with pytest.raises(ModelError, match="UTF-8"):
        ModelVersion.from_folder(tmp_path / "v")
    with pytest.raises(ModelError, match="no readable manifest"):
        ModelVersion.from_folder(tmp_path)


def test_the_document_is_plain_json():
    assert json.loads(BASE.to_text()) == DOCUMENT
