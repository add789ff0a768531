"""``python -m ctviewer``: the same as the `ctviewer` command."""

from ctviewer.app.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
