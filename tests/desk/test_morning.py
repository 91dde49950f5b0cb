"""An analyst's whole morning, in a real browser before the program as it is installed."""

import re
import time

import pyotp
import pytest
from playwright.sync_api import Page, sync_playwright

from detectors.model import State
from storage.alerts import list_alerts
from storage.filters import AlertFilter
from storage.queue import counts_by_state
from storage.store import open_store
from tests.desk.house import PASSWORD
from tests.desk.test_browser import ARGUMENTS, CHROMIUM, DESKTOP
from tests.test_house import LEAKS, running, waited_for_link

REGISTER = (
    "id;kind;name;city;department\nown:1;establishment;Clinique Vauborel;Vauborel;56\nown:2;vendor;Santefeuille;;\n"
)


def press(page: Page, key: str) -> None:
    """A key that sends a form: the next page is waited for."""
    with page.expect_navigation():
        page.keyboard.press(key)


class TestMorning:
    @pytest.mark.timeout(300)
    def test_from_the_first_link_to_the_export(self, tmp_path):
        """Account, sign-in, twenty alerts by keyboard, many at once, undo, sweep, import, silence, export."""
        with running(tmp_path) as (address, _), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            context = browser.new_context(viewport=DESKTOP, locale="en-GB")
            page = context.new_page()
            faults: list[str] = []
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)

            key = self._make_account(page, waited_for_link(tmp_path))
            self._sign_in_again(page, key)
            self._wait_for_alerts(page, address)
            store = open_store(tmp_path / "store")
            self._decide_twenty(page)
            decided = counts_by_state(store)
            assert (8, 6, 6) == tuple(
                decided[state] for state in (State.CONFIRMED, State.FALSE_POSITIVE, State.DUPLICATE)
            )
            self._close_three_and_undo(page)
            assert decided == counts_by_state(store)
            self._sweep(page, address)
            self._import(page, address, tmp_path)
            silenced = self._silence(page, address)
            exported = self._export(page, address, tmp_path)
            known = {alert.number: alert for alert in list_alerts(store, AlertFilter())}
            store.close()
            browser.close()

        assert [] == faults
        assert State.FALSE_POSITIVE == known[silenced].state
        assert len(LEAKS) + 1 == len(exported.splitlines())  # and the header
        assert set(known) == set(re.findall(r"VF-\d{4}-\d{4}", exported))

    def _make_account(self, page: Page, link: str) -> str:
        page.goto(link)
        key = re.sub(r"\s", "", page.locator(".secret").inner_text())
        page.get_by_label("Name").fill("ana")
        page.get_by_label("Password", exact=False).first.fill(PASSWORD)
        page.get_by_label("Password once more").fill(PASSWORD)
        page.get_by_label("The code it shows now").fill(pyotp.TOTP(key).now())
        page.get_by_role("button", name="Make the account").click()
        assert "ana administrator" in page.locator(".me").inner_text()
        return key

    def _sign_in_again(self, page: Page, key: str) -> None:
        page.get_by_role("button", name="Sign out").click()
        page.get_by_label("Name").fill("ana")
        page.get_by_label("Password").fill(PASSWORD)
        # The code of this half minute was used; the clock may be one step off.
        page.get_by_label("Code").fill(pyotp.TOTP(key).at(time.time() + 30))
        page.get_by_role("button", name="Sign in").click()
        assert "Queue" == page.locator("h1").inner_text()

    def _wait_for_alerts(self, page: Page, address: str) -> None:
        ends = time.monotonic() + 60
        while f"1–{len(LEAKS)} of {len(LEAKS)}" not in page.content():
            assert time.monotonic() < ends
            time.sleep(0.5)
            page.goto(address)

    def _decide_twenty(self, page: Page) -> None:
        page.keyboard.press("j")
        for turn in range(19):
            press(page, "cfd"[turn % 3])
        page.keyboard.press("j")
        page.keyboard.press("k")
        with page.expect_navigation():
            page.keyboard.press("o")
        press(page, "c")  # on the alert's own page
        page.locator("nav.pager a").first.click()

    def _close_three_and_undo(self, page: Page) -> None:
        for _ in range(3):
            page.keyboard.press("x")
            page.keyboard.press("j")
        press(page, "e")
        assert "3 alerts decided." in page.content()
        press(page, "u")

    def _sweep(self, page: Page, address: str) -> None:
        page.goto(f"{address}/sweeps")
        page.get_by_label("What", exact=True).fill("example")
        page.get_by_role("button", name="Sweep").click()
        page.wait_for_selector("h2 .health.well", timeout=60_000)
        assert f"{len(LEAKS)} known already" in " ".join(page.locator(".figures").inner_text().split())

    def _import(self, page: Page, address: str, folder) -> None:
        (folder / "own.csv").write_text(REGISTER, encoding="utf-8")
        page.goto(f"{address}/watchlist")
        page.locator("input[type=file]").set_input_files(folder / "own.csv")
        page.get_by_role("button", name="Show what would change").click()
        assert "Clinique Vauborel" in page.locator(".came").inner_text()
        page.get_by_role("button", name="Take it over").click()
        ends = time.monotonic() + 60
        while "Clinique Vauborel" not in page.content():
            assert time.monotonic() < ends
            time.sleep(0.5)
            page.goto(f"{address}/watchlist?words=vauborel")
        page.get_by_placeholder("What a post might say").fill("Vends base patients Cl1n1que Vaub0rel")
        page.get_by_role("button", name="Test").click()
        assert "Clinique Vauborel" in page.locator("[role=status]").inner_text()

    def _silence(self, page: Page, address: str) -> str:
        page.goto(address)
        page.locator(".number").first.click()
        number = page.locator("h1").inner_text()
        page.get_by_text("False positive, and silence").click()
        form = page.locator("details form")
        form.get_by_label("Organisation").select_option(index=1)
        form.get_by_label("Why").fill("a namesake")
        form.get_by_role("button", name="False positive, with this rule").click()
        page.goto(f"{address}/watchlist")
        assert f"{number}: a namesake" in page.locator("section", has_text="What is silenced").last.inner_text()
        return number

    def _export(self, page: Page, address: str, folder) -> str:
        page.goto(f"{address}/?state=all")
        with page.expect_download() as downloaded:
            page.get_by_role("link", name="CSV", exact=True).click()
        assert re.fullmatch(r"vigifuite-[\d-]{10}\.csv", downloaded.value.suggested_filename)
        downloaded.value.save_as(folder / "export.csv")
        return (folder / "export.csv").read_text("utf-8-sig")
