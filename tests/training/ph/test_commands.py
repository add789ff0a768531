"""The command line: layouts, refusals in one sentence, figures in files."""

import json
import shutil

import numpy as np
import pytest
from skimage.io import imsave

from ctviewer.domain.model_version import ModelVersion
from ctviewer.inference.classifier import class_probabilities
from tests.support.ph_pictures import FOLDERS, write_collection
from training.__main__ import main
from training.ph.data import read_collection
from training.ph.layout import PhDataError, parsed_labels

LABELS = "4=Control,1=Group1,2=Group2,3=Group3"


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return write_collection(tmp_path_factory.mktemp("ph"), patients=3)


@pytest.fixture(scope="module")
def flat(folders, tmp_path_factory):
    root = tmp_path_factory.mktemp("flat")
    for folder in FOLDERS:
        for path in (folders / folder).iterdir():
            shutil.copy(path, root / path.name)
    return root


def test_flat_layout_needs_the_meaning_of_its_labels_and_then_equals_folders(folders, flat):
    with pytest.raises(PhDataError, match="no class folder"):
        read_collection(flat)
    data, same = read_collection(folders), read_collection(flat, parsed_labels(LABELS))
    assert data.names == same.names
    assert np.array_equal(data.classes, same.classes)
    with pytest.raises(PhDataError, match="the label “4” has no meaning"):
        read_collection(flat, parsed_labels("1=Group1,2=Group2,3=Group3"))
    with pytest.raises(PhDataError, match="“Healthy” is not a class"):
        parsed_labels("4=Healthy")


def test_patient_table_is_used_before_the_estimate(folders, tmp_path):
    root = shutil.copytree(folders, tmp_path / "p")
    lines = ["file,patient"]
    for folder in FOLDERS:
        names = sorted((p.name for p in (root / folder).iterdir()), key=lambda name: int(name[3:-5]))
        lines += [f"{name},{folder} {n // 4}" for n, name in enumerate(names)]
    (root / "patients.csv").write_text("\n".join(lines) + "\n")
    assert {c["groups_in_file"] for c in read_collection(root).counts().values()} == {2}
    (root / "patients.csv").write_text("name,id\nx,1\n")
    with pytest.raises(PhDataError, match=r"patients\.csv does not have the columns"):
        read_collection(root)


def run(capsys, *arguments):
    code = main(["ph", *map(str, arguments)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_import_writes_split_and_listing(folders, tmp_path, capsys):
    code, out, _ = run(capsys, "import", "--data", folders, "--out", tmp_path)
    assert code == 0
    assert json.loads(out)["pictures"] == 24
    assert (tmp_path / "split.csv").read_text().startswith("class,file,patient_group,fold")


def test_evaluate_and_compare_write_figures(folders, tmp_path, capsys):
    cache = tmp_path / "cache"
    arguments = ("evaluate", "--data", folders, "--method", "hog-linear", "--folds", 2, "--calibrate", "--cache", cache)
    assert run(capsys, *arguments, "--out", tmp_path / "f.json")[0] == 0
    figures = json.loads((tmp_path / "f.json").read_text())
    assert figures["protocol"] == "nested"
    assert len(figures["temperatures"]) == 2
    for key in ("f1", "macro_auc", "reliability", "ph_yes_no_auc", "accuracy_wilson_95", "group_bootstrap_95"):
        assert key in figures
    first = {p.name: p.stat().st_mtime_ns for p in cache.rglob("*.npz")}
    assert len(first) == 2
    assert run(capsys, *arguments, "--out", tmp_path / "g.json")[0] == 0
    assert json.loads((tmp_path / "g.json").read_text()) == figures
    assert {p.name: p.stat().st_mtime_ns for p in cache.rglob("*.npz")} == first, "finished folds are kept"
    protocols = ("--protocols", "nested", "grouped", "pictures", "--out", tmp_path / "t.json")
    assert run(capsys, "compare", "--data", folders, "--folds", 2, "--methods", "majority", *protocols)[0] == 0
    rows = json.loads((tmp_path / "t.json").read_text())
    assert [r["protocol"] for r in rows] == ["nested", "grouped", "pictures"]
    assert rows[0]["accuracy"] == rows[1]["accuracy"]


def test_score_gives_probabilities_and_figures_where_the_class_is_known(folders, flat, tmp_path, capsys):
    some = tmp_path / "some"
    shutil.copytree(folders / "Control", some / "Control")
    shutil.copytree(folders / "Group3", some / "Group3")
    shutil.copy(some / "Control" / sorted(p.name for p in (some / "Control").iterdir())[0], tmp_path / "one.png")
    imsave(some / "Group3" / "3 (900).png", np.full((200, 200), 90, np.uint8), check_contrast=False)
    code, out, _ = run(capsys, "score", "--data", some, "--out", tmp_path / "out")
    figures = json.loads(out)
    assert (code, figures["pictures"], figures["refused"]) == (0, 12, 1)
    assert np.shape(figures["confusion"]) == (4, 4)
    lines = (tmp_path / "out" / "pictures.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "file,class,predicted,Control,Group1,Group2,Group3,refused"
    assert len(lines) == 14
    assert "no aerated lungs" in lines[-1]
    for unlabelled, count in ((flat, 24), (tmp_path / "one.png", 1)):
        assert run(capsys, "score", "--data", unlabelled, "--out", tmp_path / "u")[0] == 0
        assert len((tmp_path / "u" / "pictures.csv").read_text(encoding="utf-8").splitlines()) == count + 1
        assert "accuracy" not in json.loads((tmp_path / "u" / "figures.json").read_text())
    assert run(capsys, "score", "--data", tmp_path / "u")[0] == 2


def test_the_feature_ensemble_under_every_rule(folders, tmp_path, capsys):
    shared = ("--data", folders, "--folds", 2, "--features", "own", "--largest-subset", 1, "--cache", tmp_path)
    protocols = ("--protocols", "nested", "grouped", "report-optimistic")
    code, _, err = run(
        capsys, "compare", *shared, "--methods", "feature-ensemble", *protocols, "--out", tmp_path / "t.json"
    )
    assert (code, err) == (0, "")
    rows = json.loads((tmp_path / "t.json").read_text())
    assert [r["protocol"] for r in rows] == ["nested", "grouped", "report-optimistic"]
    assert all("36 classifiers" in r["title"] and "not ImageNet" in r["title"] for r in rows)
    assert rows[2]["accuracy"] >= rows[0]["accuracy"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--method", "oracle"), "no method “oracle”"),
        (("--method", "majority", "--protocol", "hope"), "no protocol “hope”"),
        (("--method", "majority", "--folds", "50"), "cannot be dealt to 50 folds"),
        (("--method", "feature-ensemble"), "densenet201-c1103571.pth of densenet201 were not found"),
        (("--method", "efficientnet-b0"), "efficientnet_b0_rwightman-7f5810bc.pth of efficientnet_b0 were not found"),
        (("--method", "feature-ensemble", "--features", "magic"), "no features “magic”"),
        (("--method", "feature-ensemble", "--features", "own", "--largest-subset", "0"), "no subsets of 0 vectors"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(folders, capsys, arguments, words):
    code, _, err = run(capsys, "evaluate", "--data", folders, *arguments)
    assert code == 2
    assert words in err
    assert err.count("\n") == 1


def test_train_writes_a_version_that_classifies_and_a_card_with_its_figures(folders, tmp_path, capsys):
    network = {"architecture": "thorax_net", "arguments": {"width": 2}, "epochs": 1, "batch_size": 8}
    recipe = {"members": 1, "components": 3, "network": network}
    config = {"model_id": "ph-classifier", "version": "9.0.0", "name": "Quick", "seed": 1, "recipe": recipe}
    (tmp_path / "config.json").write_text(json.dumps(config))
    figures = ("--out", tmp_path / "f.json")
    assert (
        run(capsys, "evaluate", "--data", folders, "--method", "majority", "--folds", 2, "--calibrate", *figures)[0]
        == 0
    )
    out = tmp_path / "ph-classifier" / "9.0.0"
    files = ("--config", tmp_path / "config.json", "--metrics", tmp_path / "f.json")
    code, _, err = run(capsys, "train", "--data", folders, "--out", out, *files)
    assert (code, err) == (0, "")
    version = ModelVersion.from_folder(out)
    rows = class_probabilities(np.zeros((2, 160, 160), np.uint8), version, "cpu")
    assert np.allclose(rows.sum(axis=1), 1)
    card = version.card_path.read_text()
    for words in ("ph-classifier@9.0.0", "Reliability", "F1", "Research use only", "majority class"):
        assert words in card
    (tmp_path / "config.json").write_text("{}")
    code, _, err = run(capsys, "train", "--data", folders, "--out", out, *files)
    assert (code, err.count("\n")) == (2, 1)


def test_no_chest_at_all_and_missing_class_are_refused(tmp_path, capsys):
    for n, folder in enumerate(FOLDERS):
        (tmp_path / folder).mkdir()
        imsave(tmp_path / folder / f"{n} (1).png", np.full((120, 120), 90, np.uint8), check_contrast=False)
    code, _, err = run(capsys, "import", "--data", tmp_path)
    assert (code, "shows a chest" in err) == (2, True)
    shutil.rmtree(tmp_path / "Group2")
    code, _, err = run(capsys, "import", "--data", tmp_path)
    assert (code, "“Group2” is missing" in err) == (2, True)


def test_interruption_says_what_is_kept(folders, tmp_path, capsys, monkeypatch):
    from training.ph import judging

    def interrupted(*_arguments, **_settings):
        raise KeyboardInterrupt

    monkeypatch.setattr(judging, "judge_named", interrupted)
    code, _, err = run(capsys, "evaluate", "--data", folders, "--method", "majority", "--cache", tmp_path)
    assert code == 130
    assert str(tmp_path) in err


def test_backbones_lists_files_and_their_state(tmp_path, capsys):
    code, out, _ = run(capsys, "backbones")
    assert code == 0
    assert out.count("missing") == 4
    assert "https://download.pytorch.org/models/densenet201-c1103571.pth" in out
    (tmp_path / "densenet201-c1103571.pth").write_bytes(b"other")
    code, out, err = run(capsys, "backbones", "--folder", tmp_path)
    assert code == 2
    assert "wrong hash" in out
    assert "4 of 4 weights files are not usable" in err
