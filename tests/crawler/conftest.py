"""What tests of Telegram accounts start from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.account_settings import AccountSettings
from tests.crawler.telegram_accounts import account_settings
from tests.telegram_server.serving import Served, serving
from tests.telegram_server.world import Channel, Telegram


@pytest.fixture
def telegram() -> Telegram:
    """A Telegram of its own."""
    return Telegram()


@pytest.fixture
def served(telegram: Telegram) -> Iterator[Served]:
    """It, served on loopback."""
    with serving(telegram) as running:
        yield running


@pytest.fixture
def channel(telegram: Telegram) -> Channel:
    """A channel nobody has published in yet."""
    return telegram.channel("annonces")


@pytest.fixture
def settings(served: Served, tmp_path: Path) -> AccountSettings:
    """An account at it."""
    return account_settings(served, tmp_path)
