"""What every test starts from: an invented world, a store of its own, and no way out of this machine."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("house")

GUARD = Path(__file__).parent / "guard"
sys.path.insert(0, str(GUARD))
import sitecustomize  # noqa: E402  (the guard comes before anything that could open a connection)

assert sitecustomize.__file__ == str(GUARD / "sitecustomize.py")
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(GUARD), os.environ.get("PYTHONPATH")]))

from detectors.model import Entity, EntityKind, Post  # noqa: E402
from detectors.watchlist import Watchlist, compile_watchlist  # noqa: E402
from storage.alerts import Capturing  # noqa: E402
from storage.seal import make_keys, read_recipients  # noqa: E402
from storage.store import Store, open_store  # noqa: E402

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)


# What runs the program, servers or a browser, and waits for them.
LONG = tuple(
    f"tests/{name}"
    for name in (
        "test_house.py", "servers/", "test_live_sources.py", "crawler/test_kills.py", "desk/test_browser.py",
        "crawler/test_bombs.py", "storage/test_crash.py", "crawler/test_sandbox.py",
    )
)  # fmt: skip


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests first: begun last, they leave a worker without anything to do beside them."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture(autouse=True)
def own_cache_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiled watchlists of tests stay out of the user's cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture(scope="session")
def entities() -> tuple[Entity, ...]:
    """An invented vendor, its product, a network, three establishments."""
    return (
        Entity(id="vendor:quorvane", kind=EntityKind.VENDOR, name="Quorvane", aliases=("Quorvane Santé",)),
        Entity(id="product:labzephyr", kind=EntityKind.PRODUCT, name="LabZéphyr", parent="vendor:quorvane"),
        Entity(id="network:brumalis", kind=EntityKind.NETWORK, name="Groupe Brumalis", aliases=("Brumalis",)),
        Entity(
            id="test:lab-1",
            kind=EntityKind.ESTABLISHMENT,
            name="Laboratoire Fontarèche",
            city="Valdorges",
            postcode="99110",
            uses=("product:labzephyr",),
        ),
        Entity(
            id="test:ch-1",
            kind=EntityKind.ESTABLISHMENT,
            name="Centre Hospitalier de Valdorges",
            aliases=("CH Valdorges",),
            city="Valdorges",
            postcode="99110",
        ),
        Entity(
            id="test:easy",
            kind=EntityKind.PRODUCT,
            name="Sereine",
            ambiguous="also a plain French word",
        ),
    )


@pytest.fixture(scope="session")
def watchlist(entities: tuple[Entity, ...]) -> Watchlist:
    """The invented world, compiled."""
    return compile_watchlist(entities)


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a new store, made by every migration; a copy of it is one more new store."""
    folder = tmp_path_factory.mktemp("new") / "store"
    open_store(folder, create=True).close()
    assert ["keys", "vigifuite.db"] == sorted(path.name for path in folder.iterdir())  # nothing waits in a WAL
    return folder / "vigifuite.db"


@pytest.fixture
def store(tmp_path: Path, new_database: Path) -> Iterator[Store]:
    """A store of its own, with keys of its own."""
    (folder := tmp_path / "store").mkdir(mode=0o700)
    shutil.copy(new_database, folder)
    made = open_store(folder)
    make_keys(made.public_keys.parent)
    yield made
    made.close()


@pytest.fixture
def capturing(store: Store) -> Capturing:
    """Extracts, sealed to the store's key."""
    return Capturing(mode="extract", recipients=read_recipients(store.public_keys))


@pytest.fixture(scope="session")
def make_post() -> Callable[..., Post]:
    """A post with whatever the test is about."""

    def make(text: str = "Vends base patients Quorvane, 491 840 lignes", **fields: object) -> Post:
        given: dict[str, object] = {"place": "telegram:1", "ref": "7", "seen_at": NOW, "posted_at": NOW}
        return Post(text=text, **{**given, **fields})  # type: ignore[arg-type]

    return make
