"""What a page could make of its parser, at its worst."""

import os
import socket
import time
from pathlib import Path


def echo(value):
    return value


def loop():
    while True:
        pass


def sleep():
    time.sleep(600)


def hog():
    hoard = []
    while True:
        hoard.append(bytearray(2**24))


def fail():
    raise RuntimeError("NIR 2550699999999 34")


def die():
    os._exit(0)


def write_raw(data):
    """Says something else than an answer."""
    os.write(3, data.encode("latin-1"))
    time.sleep(600)


def long_answer(length):
    return "x" * length


def no_json():
    return {1, 2}


def not_a_number():
    return float("nan")


def deep():
    found = []
    for _ in range(100_000):
        found = [found]
    return found


def about_itself():
    return {"environment": dict(os.environ), "pid": os.getpid(), "files": _files()}


def _files():
    return [number for number in range(64) if _is_open(number)]


def _is_open(number):
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def attempts():
    """What it got away with."""
    tried = {
        "open": lambda: Path("/etc/hostname").read_text(),
        "connect": lambda: socket.create_connection(("127.0.0.1", 9), timeout=1),
        "import": lambda: __import__("wave"),
        "stdin": lambda: os.read(0, 1)[0],
    }
    return [name for name, attempt in tried.items() if _works(attempt)]


def _works(attempt):
    try:
        attempt()
    except Exception:
        return False
    return True


def work(seconds):
    """Uses the processor this long."""
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return os.getpid()


def many_objects():
    """The most memory an answer of the longest length can take."""
    return [[] for _ in range(1_000_000)]
