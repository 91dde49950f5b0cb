"""`make tour`: pictures of the desk for the README, of the invented example alone.

The program is started in a folder of its own, some alerts are decided, and a browser looks at the pages.
"""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import ViewportSize, sync_playwright

from benchmarks.redaction import free_port
from detectors.model import State
from storage import accounts, decisions, sessions
from storage.accounts import Role
from storage.alerts import StoredAlert, list_alerts
from storage.decisions import Reason
from storage.filters import AlertFilter
from storage.store import Store, open_store

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = str(Path(sys.executable).with_name("vigifuite"))
CHROMIUM = "/usr/bin/chromium"
FEWEST_ALERTS = 49  # the example has so many
WIDE, PHONE = ViewportSize(width=1180, height=740), ViewportSize(width=390, height=740)


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: of which page, in which light and language."""

    name: str
    path: str
    language: str = "en"
    is_dark: bool = False
    is_phone: bool = False


def main() -> None:
    """Take the pictures anew."""
    target = ROOT / "docs/tour"
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        folder, port = Path(made), free_port()
        subprocess.run([PROGRAM, "init"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        config = folder / "config.toml"
        config.write_text(re.sub(r"port = \d+", f"port = {port}", config.read_text("utf-8")), encoding="utf-8")
        program = subprocess.Popen([PROGRAM, "run"], cwd=folder, stderr=subprocess.DEVNULL)
        store = open_store(folder / "store")
        try:
            alerts = _waited_for(store)
            cookie = _decide(store, alerts)
            _take(f"http://127.0.0.1:{port}", cookie, _pictures(alerts), target)
        finally:
            store.close()
            program.terminate()
            program.wait(timeout=30)


def _waited_for(store: Store) -> list[StoredAlert]:
    for _ in range(300):
        alerts = list(list_alerts(store, AlertFilter()))
        if len(alerts) >= FEWEST_ALERTS:
            return alerts
        time.sleep(0.3)
    raise RuntimeError("the example was not read")


def _decide(store: Store, alerts: Sequence[StoredAlert]) -> str:
    """What a morning leaves behind; and the cookie of who decided."""
    now = datetime.now(UTC)
    ana = accounts.accept(store, accounts.invite(store, Role.LEAD, "tour", now), "ana", "no password", 0, now)
    accounts.accept(store, accounts.invite(store, Role.ANALYST, "tour", now), "ben", "no password", 0, now)
    said = (
        (State.CONFIRMED, Reason.VERIFIED, "called the laboratory"),
        (State.FALSE_POSITIVE, Reason.HOMONYM, None),
        (State.DUPLICATE, Reason.SAME_POST, None),
    )
    for turn, alert in enumerate(alerts[2::4]):
        state, reason, comment = said[turn % len(said)]
        decisions.decide(store, alert.number, state, ("ana", "ben")[turn % 2], comment, reason=reason)
    for alert in alerts[1:3]:
        decisions.assign(store, alert.number, "ben", "ben")
    return sessions.begin(store, ana, "127.0.0.1", now)


def _pictures(alerts: Sequence[StoredAlert]) -> list[Picture]:
    telling = max(alerts, key=lambda alert: (alert.latest.reading.sample is not None, len(alert.resembles)))
    return [
        Picture("queue", "/"),
        Picture("alert", f"/alerts/{telling.number}"),
        Picture("overview", "/overview"),
        Picture("watchlist", "/watchlist?words=cabrezol"),
        Picture("queue-dark-french", "/", is_dark=True, language="fr"),
        Picture("phone", "/", is_phone=True),
    ]


def _take(address: str, cookie: str, pictures: Sequence[Picture], target: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for picture in pictures:
            context = browser.new_context(
                viewport=PHONE if picture.is_phone else WIDE,
                color_scheme="dark" if picture.is_dark else "light",
                locale=picture.language,
            )
            context.add_cookies([{"name": "vigifuite", "value": cookie, "url": address}])
            page = context.new_page()
            page.goto(address + picture.path)
            page.screenshot(path=target / f"{picture.name}.png")
            print(target / f"{picture.name}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
