"""A process that creates or opens a store and tells its key: `opener.py FOLDER`."""

import sys
from hashlib import sha256
from pathlib import Path

from storage.store import open_store

if __name__ == "__main__":
    sys.stdin.readline()
    key = open_store(Path(sys.argv[1]), create=True).fingerprint_key
    print(sha256(key).hexdigest())  # noqa: T201
