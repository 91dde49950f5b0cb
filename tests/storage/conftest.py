"""What the tests of the storage room share: posts full of invented secrets, and a short way to keep them."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.collectors.telegram_export import TelegramExportCollector
from detectors.model import Attachment, Forward, Post, Reading
from detectors.registers import read_register
from detectors.triage import triage
from detectors.watchlist import Watchlist, compile_watchlist
from storage.alerts import Capturing, Kept, Step, keep
from storage.sources import Tally
from storage.store import Store, sqlite_library

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)

# Commune 999 does not exist, numbers in 06 39 98 are reserved for fiction, hosts end in .test.
NIR, NIR_SPACED = "255069999999934", "2 55 06 99 999 999 34"
PHONE, TITLE_PHONE = "06 39 98 12 34", "0639980055"
EMAIL, FILE_EMAIL, LINK_EMAIL = "jeanne.exemple", "paul.invente", "lucie.fictive"
AUTHOR_EMAIL, FORWARD_EMAIL = "marc.personne", "anne.inexistante"
ALL_SECRETS = (
    NIR, NIR_SPACED, PHONE, TITLE_PHONE, EMAIL, FILE_EMAIL, LINK_EMAIL, AUTHOR_EMAIL, FORWARD_EMAIL
)  # fmt: skip


@pytest.fixture(scope="session")
def secrets() -> tuple[str, ...]:
    """Every personal value of the post `leak`."""
    return ALL_SECRETS


@pytest.fixture(scope="session")
def leak(make_post: Callable[..., Post]) -> Post:
    """A post with a secret in every part of it."""
    return make_post(
        "Vends base patients Quorvane, 491 840 lignes, contact @vendeur_noir\n"
        f"nom;nir;tel;mail\nEXEMPLE Jeanne;{NIR};{PHONE};{EMAIL}@courriel.test\nMARTIN Paul;{NIR_SPACED};;\n",
        title=f"Base Quorvane, joindre {TITLE_PHONE}",
        author=f"{AUTHOR_EMAIL}@courriel.test",
        author_id="user1559703822",
        url="https://forum.test/t/7",
        files=(Attachment(name=f"{FILE_EMAIL}@courriel.test.csv", size=2**40, mime="text/csv", file_id="f-1"),),
        links=(f"https://drop.test/get?mail={LINK_EMAIL}@courriel.test",),
        forwarded_from=Forward(name=f"{FORWARD_EMAIL}@courriel.test", place="telegram:2", ref="3"),
        reply_to="6",
        topic="Annonces",
        edited_at=NOW,
    )


@pytest.fixture(scope="session")
def read_post(watchlist: Watchlist) -> Callable[[Post], Reading]:
    """The reading of a post that is an alert."""

    def read(post: Post) -> Reading:
        reading = triage(post, watchlist)
        assert reading is not None
        return reading

    return read


@pytest.fixture
def keep_post(store: Store, capturing: Capturing, read_post: Callable[[Post], Reading]) -> Callable[..., Kept | None]:
    """Keep a post as the pipeline would; fields given by name replace those of its reading."""

    def keep_it(post: Post, source: str = "forum", bookmark: Any = None, **fields: object) -> Kept | None:
        reading = replace(read_post(post), **fields)  # type: ignore[arg-type]
        return keep(store, post, reading, capturing, Step(source=source, bookmark=bookmark, tally=Tally(posts=1)))

    return keep_it


@pytest.fixture(scope="session")
def example_readings() -> tuple[Reading, ...]:
    """Every alert of the example channel."""
    with (ROOT / "examples/watchlist.csv").open("rb") as file:
        watched = compile_watchlist(tuple(read_register(file)))

    async def posts() -> list[Post]:
        export = TelegramExportCollector(ROOT / "examples")
        return [taken async for taken, _ in export.collect({}) if isinstance(taken, Post)]

    found = (triage(post, watched) for post in asyncio.run(posts()))
    return tuple(reading for reading in found if reading)


@pytest.fixture
def sql(store: Store) -> Callable[..., list[tuple[Any, ...]]]:
    """SQL straight into the database file, as somebody who tampers with it would: no constraint holds him."""

    def run(statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        with closing(sqlite_library().connect(store.folder / "vigifuite.db")) as connection:
            connection.execute("PRAGMA foreign_keys=OFF")
            found = connection.execute(statement, parameters).fetchall()
            connection.commit()
            return list(found)

    return run


@pytest.fixture
def start() -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Start a program of this folder as a process of its own; it does not outlive the test."""
    started: list[subprocess.Popen[str]] = []
    path = os.pathsep.join([str(ROOT), os.environ["PYTHONPATH"]])

    def start_program(name: str, *arguments: object) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name(f"{name}.py")), *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": path},
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        started.append(process)
        return process

    yield start_program
    for process in started:
        process.kill()
        process.communicate()
