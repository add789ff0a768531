"""The commands without a window, as a user types them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ctviewer.app import cli
from ctviewer.domain.errors import OperationCancelled
from tests.end_to_end.test_bad_input import ROOT, ct_files, ctviewer
from tests.support.registries import everything_is, registry_with


def test_without_a_display_the_program_says_so_and_what_to_use(tmp_path: Path) -> None:
    for arguments in ([], ["--demo"], [ct_files(tmp_path / "ct")[0]]):
        done = ctviewer(*arguments, data_dir=tmp_path / "data")
        assert done.returncode == 2
        assert "display" in done.stderr
        assert "ctviewer analyze" in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_a_path_that_does_not_exist_is_a_sentence(tmp_path: Path) -> None:
    done = ctviewer(tmp_path / "nothing here", data_dir=tmp_path / "data")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "nothing here" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["analyze"],
        ["analyze", "x"],
        ["analyze", "x", "--out", "y", "--device", "tpu"],
        ["store"],
        ["index"],
        ["--what"],
    ],
)
def test_wrong_arguments_are_one_line(arguments: list[str], tmp_path: Path) -> None:
    done = ctviewer(*arguments, data_dir=tmp_path)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_demo_prints_a_folder_that_index_understands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr("ctviewer.services.demo_study.PhantomGrid", _tiny_grid)
    assert cli.main(["demo", str(tmp_path)]) == 0
    folder = Path(capsys.readouterr().out.strip())
    assert folder.is_dir()
    assert cli.main(["index", str(folder), "--json"]) == 0
    listing = json.loads(capsys.readouterr().out)
    assert [s["shape_kji"] for s in listing["series"]] == [[20, 48, 48]]


def _tiny_grid():
    from tests.support.synthetic import TINY

    return TINY


def test_models_lists_versions_with_the_active_one_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    registry = registry_with(tmp_path, everything_is(1, tmp_path / "a"))
    monkeypatch.setattr("ctviewer.app.commands._registry", lambda: registry)
    assert cli.main(["models"]) == 0
    text = capsys.readouterr().out
    assert "* segmentation   mini@1" in text
    assert registry.get("mini@1").manifest.weights_sha256 in text
    assert cli.main(["models", "--json"]) == 0
    (record,) = json.loads(capsys.readouterr().out)["models"]
    assert (record["ref"], record["active"]) == ("mini@1", True)


def test_store_commands_need_a_store(tmp_path: Path) -> None:
    done = ctviewer("store", "check", data_dir=tmp_path)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_a_store_can_be_checked_backed_up_exported_and_restored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    from ctviewer.config import paths
    from ctviewer.store.annotation_store import AnnotationStore

    monkeypatch.setenv(paths.DATA_DIR_VARIABLE, str(tmp_path / "data"))
    with AnnotationStore(paths.store_path(), "tester", daily_backup=False) as store:
        store.open_document("s" * 32, "p" * 32, (3, 4, 5))
    assert cli.main(["store", "check"]) == 0
    assert "sound" in capsys.readouterr().out
    assert cli.main(["store", "backup", str(tmp_path / "copy.sqlite3")]) == 0
    assert cli.main(["store", "export", str(tmp_path / "open")]) == 0
    assert (tmp_path / "open" / "journal.jsonl").is_file()
    before = paths.store_path().read_bytes()
    assert cli.main(["store", "restore", str(tmp_path / "copy.sqlite3")]) == 0
    assert "kept as" in capsys.readouterr().out
    assert cli.main(["store", "check"]) == 0
    assert any(p.read_bytes() == before for p in (tmp_path / "data").glob("*replaced*"))
    assert cli.main(["store", "restore", str(tmp_path / "nothing")]) == 2


def test_an_unexpected_failure_is_a_sentence_with_the_path_of_the_log(tmp_path: Path) -> None:
    program = (
        "import sys; from ctviewer.app import cli, commands\n"
        "commands.list_models = lambda *_: 1 // 0\n"
        "sys.argv = ['ctviewer', 'models']; sys.exit(cli.main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT), "CTVIEWER_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    log = Path(done.stderr.strip().rpartition(" ")[2].rstrip("."))
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")


def test_a_cancelled_operation_ends_with_130(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    def cancelled(*_: object) -> int:
        raise OperationCancelled

    monkeypatch.setattr("ctviewer.app.commands.list_models", cancelled)
    assert cli.main(["models"]) == 130
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.skipif(os.name == "nt", reason="signals differ on Windows")
def test_ctrl_c_ends_with_130_and_without_traceback(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "ctviewer", "demo", str(tmp_path / "demo")],
        env={**os.environ, "PYTHONPATH": str(ROOT), "CTVIEWER_DATA_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A test run in the background of a shell ignores the signal, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 120
    while not _is_drawing(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=120)
    # Both are 130 in a shell; Python ends by the signal itself where it arrived inside exec(), as in a dataclass.
    assert process.returncode in (130, -signal.SIGINT), stderr
    assert stderr.splitlines() == ["ctviewer: Interrupted."]
    assert list((tmp_path / "demo").iterdir() if (tmp_path / "demo").exists() else []) == []


def _is_drawing(pid: int) -> bool:
    """Whether the process has loaded scipy's interpolation, so: has begun to work."""
    try:
        return (
            "_ni_support" in Path(f"/proc/{pid}/maps").read_text()
            or "_nd_image" in Path(f"/proc/{pid}/maps").read_text()
        )
    except OSError:
        return False


def test_output_into_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    ct_files(tmp_path / "ct")
    command = f"{sys.executable} -m ctviewer index {tmp_path / 'ct'} --json | head -c 1"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CTVIEWER_DATA_DIR": str(tmp_path)}
    done = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True, check=False)
    assert done.stderr == ""
