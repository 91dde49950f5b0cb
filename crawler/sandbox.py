"""Hostile pages, parsed in a warm child process that can do nothing else.

    values = await sandbox.run(parse_channel, page.text)

The child imports the parsers of one package and then gives everything up: no secrets in its environment, no
file or connection it could open, little memory, two seconds of processor time a page. It may be taken over
all the same, so nothing it says is trusted: answers are JSON, capped, and for the caller to check.
"""

import asyncio
import contextlib
import html
import importlib
import importlib.util
import json
import math
import os
import pkgutil
import re
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from detectors.model import JsonValue

PAGES = 500  # parsed by one child before another takes its place
CPU_SECONDS = 2  # for each page
CHILDREN = 2  # at once
MEMORY = 256 * 2**20  # bytes of address space of a child; a page of 3 MB was parsed in 100 MB
LONGEST_ANSWER = 4 * 2**20  # bytes
PATIENCE = 10.0  # seconds for one page, however little of the processor it takes
START_PATIENCE = 60.0  # seconds for a child to get ready

_HEADER = 4  # bytes that give the length of a message
_CHANNEL = 3  # the only file of the child beside three times /dev/null
_START = "import sys; sys.path.append(sys.argv[1]); from crawler.sandbox import serve; serve(sys.argv[2], sys.argv[3])"

_BREAKS = re.compile(r"(?i)<(?:br|/?(?:blockquote|div|h[1-6]|li|p|pre|section|table|td|th|tr))(?![a-z])[^<>]{0,2000}>")
_TAGS = re.compile(r"<[^<>]{0,2000}>")
_EMPTY_LINES = re.compile(r"\n(?:[^\S\n]*\n){2,}")
_LONG_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{9,};?")  # no character, and slow to read
_NAME = re.compile(r"[A-Za-z_]{1,40}")
_HALF_CHARACTER = re.compile(rb"\\u[dD][89a-fA-F]")


class PageRefusedError(Exception):
    """A page could not be parsed within its limits; `strip_tags` reads it without parsing."""


class SandboxError(Exception):
    """The child that parses pages does not start: our own fault, not a page's."""


class Sandbox:
    """Runs the module-level functions of a package in children; callers wait where all children are busy.

    There are several, so that one hostile page never holds up the pages of others; a further one is started only
    where it is needed. `run` raises `PageRefusedError` where the function failed, took too long or too much, or its
    answer is no answer; the next call finds a fresh child.
    """

    def __init__(self, *, package: str = "crawler.pages", patience: float = PATIENCE, children: int = CHILDREN) -> None:
        self._package = package
        self._patience = patience  # seconds
        self._children = children
        self._seats = asyncio.Semaphore(children)
        self._idle: list[_Child] = []

    async def run(self, function: Callable[..., JsonValue], *arguments: JsonValue) -> JsonValue:
        """What the function makes of the arguments. It may be anything: check it."""
        if not function.__module__.startswith(f"{self._package}."):
            raise ValueError(f"{function.__module__} is not in {self._package}")
        call = json.dumps([function.__module__, function.__name__, arguments], ensure_ascii=False)
        async with self._seats:
            child = self._idle.pop() if self._idle else await _started(self._package)
            try:
                result = _result(await self._ask(child, call.encode("utf-8", "replace")))
            except BaseException:
                # Also when cancelled: the child is in the middle of a page nobody waits for any more.
                await child.end()
                raise
            if child.pages >= PAGES:
                await child.end()
            else:
                self._idle.append(child)
        return result

    async def aclose(self) -> None:
        """End the children, once they have done what they are at; a later `run` starts others."""
        for _ in range(self._children):
            await self._seats.acquire()
        try:
            while self._idle:
                await self._idle.pop().end()
        finally:
            for _ in range(self._children):
                self._seats.release()

    async def _ask(self, child: "_Child", call: bytes) -> bytes:
        try:
            async with asyncio.timeout(self._patience):
                return await child.ask(call)
        except TimeoutError:
            raise PageRefusedError(f"took more than {self._patience:g} seconds") from None
        except (OSError, EOFError):
            raise PageRefusedError("took more memory or processor time than a page may") from None


@dataclass(slots=True)
class _Child:
    process: subprocess.Popen[bytes]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    pages: int = 0

    async def ask(self, call: bytes) -> bytes:
        self.pages += 1
        self.writer.write(len(call).to_bytes(_HEADER) + call)
        await self.writer.drain()
        return await self.hear()

    async def hear(self) -> bytes:
        length = int.from_bytes(await self.reader.readexactly(_HEADER))
        if length > LONGEST_ANSWER:
            raise PageRefusedError("its answer is too long")
        return await self.reader.readexactly(length)

    async def end(self) -> None:
        # Itself, and whatever it may have started if it was taken over.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.writer.transport.abort()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()
        await asyncio.to_thread(self.process.wait)


async def _started(package: str) -> _Child:
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            process = _spawn(package, theirs.fileno())
        except (OSError, ImportError) as error:
            ours.close()
            raise SandboxError(f"the parser of pages cannot be started ({type(error).__name__})") from None
    reader, writer = await asyncio.open_unix_connection(sock=ours)
    child = _Child(process, reader, writer)
    try:
        async with asyncio.timeout(START_PATIENCE):
            await child.hear()
    except (TimeoutError, OSError, EOFError, PageRefusedError):
        await child.end()
        raise SandboxError("the parser of pages does not start: is the installation complete?") from None
    except BaseException:
        await child.end()
        raise
    return child


def _spawn(package: str, channel: int) -> subprocess.Popen[bytes]:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(package)
    root = Path(spec.submodule_search_locations[0]).parents[package.count(".")]
    return subprocess.Popen(  # noqa: S603 (nothing of a page is among the arguments)
        [sys.executable, "-I", "-c", _START, str(root), package, str(channel)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(channel,),
        env={},
        cwd="/",
        start_new_session=True,  # a Ctrl-C is for the parent
    )


def _result(answer: bytes) -> JsonValue:
    """The result an answer holds; a child that was taken over may answer anything."""
    try:
        said = json.loads(answer.decode(), parse_constant=_refuse)
        if _HALF_CHARACTER.search(answer):
            # What cannot be written as UTF-8 would fail much later, in the store.
            json.dumps(said, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise PageRefusedError("its answer is no answer") from None
    match said:
        case {"result": result, **rest} if not rest:
            found: JsonValue = result
            return found
        case {"error": str(name)} if _NAME.fullmatch(name):
            raise PageRefusedError(f"its parser failed ({name})")
    raise PageRefusedError("its answer is no answer")


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def strip_tags(page: str) -> str:
    r"""The text of a page without parsing it, in linear time whatever the page.

    >>> strip_tags("<p>Vends <b>base</b> &amp; acc&egrave;s<br>491&nbsp;840 lignes</p>")
    'Vends base & accès\n491\xa0840 lignes'
    """
    text = _TAGS.sub("", _BREAKS.sub("\n", page))
    return _EMPTY_LINES.sub("\n\n", html.unescape(_LONG_NUMBER.sub("\ufffd", text))).strip()


# ---------------------------------------------------------------- in the child


def serve(package: str, channel: str) -> None:
    """Answer calls until the parent closes the channel, or dies."""
    modules = {f"{package}.{found.name}" for found in pkgutil.iter_modules(importlib.import_module(package).__path__)}
    for module in modules:
        importlib.import_module(module)
    _give_up_everything(int(channel))
    parent = socket.socket(fileno=_CHANNEL)
    _send(parent, b"null")
    while call := _receive(parent):
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime) + CPU_SECONDS, hard=False)
        _send(parent, _answer(call, modules))


def _give_up_everything(channel: int) -> None:
    """What was imported is there; from here on there is only the parent to talk to."""
    if channel != _CHANNEL:
        os.dup2(channel, _CHANNEL)
    os.closerange(_CHANNEL + 1, 1024)
    # No file and no connection can be opened any more, not even for an import.
    _limit(resource.RLIMIT_NOFILE, _CHANNEL + 1)
    _limit(resource.RLIMIT_AS, MEMORY)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NPROC, 0)


def _limit(which: int, value: int, *, hard: bool = True) -> None:
    highest = resource.getrlimit(which)[1]
    value = value if highest == resource.RLIM_INFINITY else min(value, highest)
    resource.setrlimit(which, (value, value if hard else highest))


def _answer(call: bytes, modules: set[str]) -> bytes:
    try:
        module, name, arguments = json.loads(call)
        if module not in modules:
            raise PermissionError
        result = getattr(sys.modules[module], name)(*arguments)
        return json.dumps({"result": result}, ensure_ascii=False, allow_nan=False).encode()
    except MemoryError:
        raise  # this child is of no more use
    except Exception as error:
        return json.dumps({"error": type(error).__name__}).encode()


def _send(parent: socket.socket, message: bytes) -> None:
    parent.sendall(len(message).to_bytes(_HEADER) + message)


def _receive(parent: socket.socket) -> bytes:
    """The next call; empty when there will be none."""
    header = _receive_exactly(parent, _HEADER)
    return _receive_exactly(parent, int.from_bytes(header)) if header else b""


def _receive_exactly(parent: socket.socket, length: int) -> bytes:
    received = bytearray()
    while len(received) < length:
        chunk = parent.recv(min(length - len(received), 2**20))
        if not chunk:
            return b""
        received += chunk
    return bytes(received)
