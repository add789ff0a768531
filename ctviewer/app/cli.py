"""The `ctviewer` command: opens the window, or works without one.

Exit codes: 0 done, 1 an unexpected failure (with the log's path), 2 bad input (one sentence), 130 interrupted.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import NoReturn

from ctviewer.config.program import program_version
from ctviewer.config.threads import spin_less
from ctviewer.domain.errors import CTViewerError, OperationCancelled
from ctviewer.domain.progress import Progress

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    Parameters
    ----------
    arguments
        Without the program's name; default those of the process. An error that nobody expected leaves through
        ``sys.excepthook``, which is set here when the arguments are the process's own.
    """
    if arguments is None:
        arguments = sys.argv[1:]
        sys.excepthook = _report_unexpected
        # Libraries warn programmers about odd headers; users get what matters as notes of the scan.
        warnings.simplefilter("ignore")
    spin_less()
    try:
        return _dispatch(list(arguments))
    except CTViewerError as error:
        return _say(str(error), BAD_INPUT)
    except (KeyboardInterrupt, OperationCancelled):
        return _say("Interrupted.", INTERRUPTED)
    except BrokenPipeError:  # the reader of our output (head, less) has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _say(f"{where}{error.strerror or error}.", BAD_INPUT)


def _dispatch(arguments: list[str]) -> int:
    # A first word that is a command is one; anything else is a path to open (“./models” opens a folder of that name).
    if arguments and arguments[0] in COMMANDS:
        from ctviewer.app import commands

        parser = _command_parser()
        options = parser.parse_args(arguments)
        function = options.function if callable(options.function) else getattr(commands, options.function)
        return int(function(options, ConsoleProgress()))
    options = _window_parser().parse_args(arguments)
    return _open_window(options)


COMMANDS = ("analyze", "index", "models", "demo", "store", "export", "import", "deidentify")


def _window_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="ctviewer",
        description="CT viewer: segments lungs and trachea, corrects, classifies, retrains. Not for diagnostic use.",
        epilog=f"Without a window: ctviewer {{{','.join(COMMANDS)}}} …  (ctviewer COMMAND --help explains each)",
    )
    parser.add_argument("path", nargs="?", type=Path, help="DICOM folder or file, NIfTI, NRRD, MHA or MHD to open")
    parser.add_argument("--demo", action="store_true", help="open the synthetic demo study")
    parser.add_argument("--version", action="version", version=f"ctviewer {program_version()}")
    return parser


def _command_parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="ctviewer")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    analyze = commands.add_parser("analyze", help="segment, measure and classify chest CT, write the results")
    analyze.add_argument("path", type=Path, metavar="PATH", help="folder or file with one study or many")
    analyze.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the results")
    analyze.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"), help="where to compute")
    analyze.add_argument("--model", metavar="ID@VERSION", help="segmentation model; default the active one")
    analyze.add_argument("--language", default="en", choices=("en", "ru"), help="of the report")
    analyze.set_defaults(function="analyze_path")

    index = commands.add_parser("index", help="list the series under a path, and the files that cannot be used")
    index.add_argument("path", type=Path, metavar="PATH")
    index.add_argument("--json", action="store_true", help="machine-readable")
    index.set_defaults(function="index_path")

    models = commands.add_parser("models", help="list the model versions")
    models.add_argument("--json", action="store_true", help="machine-readable")
    models.set_defaults(function="list_models")

    demo = commands.add_parser("demo", help="write the synthetic demo study and print its folder")
    demo.add_argument("directory", type=Path, nargs="?", metavar="DIR", help="default: the user's data folder")
    demo.set_defaults(function="write_demo")

    _add_store_commands(commands.add_parser("store", help="check, back up, restore or export the annotation store"))
    from ctviewer.app.exchange_commands import add_exchange_commands

    add_exchange_commands(commands)
    return parser


def _add_store_commands(store: argparse.ArgumentParser) -> None:
    actions = store.add_subparsers(required=True, metavar="ACTION", parser_class=_Parser)
    check = actions.add_parser("check", help="verify every stored annotation")
    check.set_defaults(function="check_store")
    backup = actions.add_parser("backup", help="write a verified copy of the store")
    backup.add_argument("file", type=Path, metavar="FILE")
    backup.set_defaults(function="back_up_store")
    restore = actions.add_parser("restore", help="replace the store by a backup (the present one is kept beside it)")
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.set_defaults(function="restore_store")
    export = actions.add_parser("export", help="write all revisions and the journal in open formats")
    export.add_argument("directory", type=Path, metavar="DIR")
    export.set_defaults(function="export_store")


def _open_window(options: argparse.Namespace) -> int:
    if options.path is not None and not options.path.exists():
        return _say(f"{options.path}: there is no such file or folder.", BAD_INPUT)
    from ctviewer.app.display import HEADLESS_HINT, display_problem

    problem = display_problem()
    if problem:
        return _say(f"{problem} {HEADLESS_HINT}.", BAD_INPUT)
    from ctviewer.app import main as window

    return int(window.open_window(options.path, demo=options.demo))


def _say(sentence: str, code: int) -> int:
    """Put one line on stderr and return the exit code."""
    sys.stderr.write(f"ctviewer: {' '.join(sentence.split())}\n")
    return code


def _report_unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Last resort of the process: one sentence, and the details (redacted) in the log."""
    from ctviewer.app.logging_setup import set_up_logging
    from ctviewer.config.paths import logs_dir

    try:
        path = set_up_logging(logs_dir())
        logging.getLogger("ctviewer.crash").critical("unexpected error", exc_info=(kind, error, trace))
        where = f"the details are in {path}"
    except (OSError, CTViewerError):
        where = "the log could not be written"
    _say(f"Unexpected failure ({kind.__name__}); {where}.", FAILED)


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line, like all others."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"{self.prog}: {message} (see {self.prog} --help).\n")


class ConsoleProgress:
    """Shows progress on one line of the terminal; silent where stderr is not a terminal."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()
        self._last = 0.0
        self._width = 0

    def __call__(self, progress: Progress) -> None:
        """Show a report; at most ten a second."""
        now = time.monotonic()
        if not self._is_shown or (now - self._last < 0.1 and progress.fraction < 1.0):
            return
        self._last = now
        text = f"{progress.message} {progress.fraction:4.0%}" if progress.total > 0 else progress.message
        sys.stderr.write("\r" + text.ljust(self._width))
        sys.stderr.flush()
        self._width = len(text)

    def finish(self) -> None:
        """Clear the line."""
        if self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()
            self._width = 0


if __name__ == "__main__":
    raise SystemExit(main())
