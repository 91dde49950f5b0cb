"""The desk's tests share one invented house."""

import pytest

from detectors.watchlist import Watchlist, compile_watchlist
from storage.alerts import Capturing
from storage.store import Store
from tests.desk.house import ENTITIES, House


@pytest.fixture(scope="session")
def watchlist() -> Watchlist:
    """The house's own: one name is an attack."""
    return compile_watchlist(ENTITIES)


@pytest.fixture
def house(store: Store, watchlist: Watchlist, capturing: Capturing) -> House:
    return House(store, watchlist, capturing)
