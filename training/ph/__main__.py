"""``python -m training.ph``: the same commands as ``python -m training ph``."""

from __future__ import annotations

import argparse
import sys

from training.ph.commands import add_arguments


def main() -> int:
    """Run the command line; returns the exit code (0 done, 2 bad input)."""
    parser = argparse.ArgumentParser("python -m training.ph")
    add_arguments(parser.add_subparsers(required=True, metavar="COMMAND"))
    options = parser.parse_args(["ph", *sys.argv[1:]])
    return int(options.run(options))


if __name__ == "__main__":
    sys.exit(main())
