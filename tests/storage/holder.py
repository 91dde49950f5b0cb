"""A process that holds one thing until its stdin ends: `holder.py FOLDER NAME`."""

import sys
from pathlib import Path

from storage.store import open_store

if __name__ == "__main__":
    with open_store(Path(sys.argv[1])).holding(sys.argv[2]):
        print("held", flush=True)  # noqa: T201
        sys.stdin.read()
