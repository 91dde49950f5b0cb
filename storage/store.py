"""The store: one folder with the database, the sealed captures and the keys; opened once, handed to the rooms.

Writers take `BEGIN IMMEDIATE` and wait their turn, so commands work while `run` is up; a commit is on the disk
before it is acknowledged (WAL, synchronous=FULL).
"""

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from storage.errors import SourceBusyError, StoreError
from storage.seal import write_private

OLDEST_SQLITE = (3, 51, 3)  # older ones may corrupt a WAL that two connections reset at once (sqlite.org/wal.html)
NEWEST_REVISION = "0008"
_BUSY_MILLISECONDS = 10_000
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Store:
    """An open store."""

    folder: Path
    engine: Engine
    fingerprint_key: bytes

    @property
    def captures(self) -> Path:
        return self.folder / "captures"

    @property
    def public_keys(self) -> Path:
        return self.folder / "keys" / "analysts.pub"

    @property
    def private_key(self) -> Path:
        """Where `init` leaves the private key; it should not stay there."""
        return self.folder / "keys" / "analyst.key"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one moment of the store."""
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: all of it is kept, or nothing."""
        with Session(self.engine.execution_options(writes=True)) as session, session.begin():
            yield session

    @contextmanager
    def holding(self, name: str) -> Iterator[None]:
        """Keep everyone else from one thing (a source) meanwhile. The kernel lets go if this process dies."""
        folder = self.folder / "locks"
        folder.mkdir(exist_ok=True)
        with (folder / f"{_file_name(name)}.lock").open("a+", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise SourceBusyError(f"{name} is held by {lock.read().strip() or 'another process'}") from None
            lock.truncate(0)
            lock.write(f"process {os.getpid()} on {socket.gethostname()} since {time.strftime('%H:%M:%S %Z')}\n")
            lock.flush()
            yield

    def close(self) -> None:
        self.engine.dispose()


def open_store(folder: Path, *, create: bool = False) -> Store:
    """Open the store of a folder; `create` makes or upgrades it, otherwise that must have been done."""
    path = folder / "vigifuite.db"
    if not create and not path.is_file():
        raise StoreError(f"no store at {folder}: run `vigifuite init`")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        engine = _engine(path)
        found = _revision_of(engine)
        if found is not None and found > NEWEST_REVISION:
            raise StoreError(f"the store at {folder} is of version {found}: use the newer Vigifuite that made it")
        if create and found != NEWEST_REVISION:
            _upgrade(engine)
        elif found != NEWEST_REVISION:
            raise StoreError(
                f"the store at {folder} is of version {found or 'none'}: run `vigifuite init` to upgrade it"
            )
        return Store(folder, engine, _fingerprint_key(folder / "keys" / "fingerprint.key"))
    except OSError as error:
        raise StoreError(f"cannot use the store folder {folder}: {error.strerror}") from None
    except DatabaseError as error:
        raise StoreError(f"{path} cannot be used as a store: {error.orig}") from None


def sqlite_library() -> ModuleType:
    """The system's SQLite where it is recent enough, else the one the `pysqlite3` package brings."""
    return fit_library(_libraries())


def fit_library(candidates: Iterable[ModuleType]) -> ModuleType:
    """The first SQLite recent enough to keep a store."""
    found = "none"
    for library in candidates:
        if library.sqlite_version_info >= OLDEST_SQLITE:
            return library
        found = library.sqlite_version
    needed = ".".join(map(str, OLDEST_SQLITE))
    raise StoreError(f"SQLite {found} may corrupt the store: install the pysqlite3 package, {needed} or newer")


def _libraries() -> Iterator[ModuleType]:
    import sqlite3

    yield sqlite3
    with contextlib.suppress(ImportError):
        import pysqlite3

        yield pysqlite3


def _engine(path: Path) -> Engine:
    # Exceptions must not carry values: hide_parameters keeps them out of messages and logs.
    engine = create_engine(
        f"sqlite:///{path}",
        module=sqlite_library(),
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": _BUSY_MILLISECONDS / 1000},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={_BUSY_MILLISECONDS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _revision_of(engine: Engine) -> str | None:
    with engine.connect() as connection:
        try:
            found = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return None if found is None else str(found)
        except OperationalError:
            return None


def _upgrade(engine: Engine) -> None:
    # Imported here: alembic is needed once in a store's life, not at every command's start.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StoreError(f"the store cannot be upgraded, restore it from a backup: {error}") from None


def _fingerprint_key(path: Path) -> bytes:
    """The store's own secret, made at first need: without it two contents of a post cannot be told apart."""
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # A name nobody else takes: in a container every start has the same process number.
        fresh = path.with_suffix(f".{secrets.token_hex(8)}")
        write_private(fresh, secrets.token_hex(_KEY_BYTES))
        with contextlib.suppress(FileExistsError):  # another process was quicker: its key counts
            os.link(fresh, path)  # whole or not at all
        fresh.unlink()
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:  # with a short or empty key, what is kept of a post could be guessed
        raise StoreError(f"{path} is damaged: restore it from a backup, it holds {2 * _KEY_BYTES} hexadecimal digits")
    return key


def _file_name(name: str) -> str:
    """A lock's file name: readable, of its own for each name, and never outside its folder."""
    # ASCII only: a file name has at most 255 bytes, and a letter of another script takes up to four.
    readable = re.sub(r"[^A-Za-z0-9_-]", "_", name)
    return f"{readable[:80]}-{hashlib.sha256(name.encode(errors='surrogatepass')).hexdigest()[:8]}"
