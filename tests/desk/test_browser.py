"""The desk in a real browser: nothing a poster wrote may run, call out or break the page."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, sync_playwright

from detectors.model import State
from detectors.redaction import redact_string
from detectors.watchlist import Watchlist
from storage import accounts, decisions, desk_sweeps
from storage.accounts import Role
from storage.alerts import Capturing, find_alert
from storage.seal import make_keys, read_recipients
from storage.sources import HealthState
from storage.store import open_store
from tests.desk.hostile import ALL, MARKUP, hostile_post
from tests.desk.house import House, line, serving

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
AXE = Axe()
WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@dataclass
class Watch:
    """A page, and everything it did that it should not have."""

    address: str
    page: Page
    done: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("dialog", lambda dialog: (self.done.append(f"dialog {dialog.type}"), dialog.dismiss()))
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.done.append(f"error {error}"))
        self.page.on("popup", lambda popup: self.done.append(f"popup {popup.url}"))
        self.page.on("request", self._asked)

    def _said(self, message: object) -> None:
        text = str(getattr(message, "text", ""))
        # A browser's own advice about forms; what the policy stops, and what fails, is said otherwise.
        if not text.startswith("[DOM]"):
            self.done.append(f"console {text[:200]}")

    def _asked(self, request: object) -> None:
        url = str(getattr(request, "url", ""))
        if not url.startswith(f"{self.address}/"):
            self.done.append(f"request {url[:200]}")

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    @property
    def misdeeds(self) -> list[str]:
        """What happened, what ran included."""
        ran = self.page.evaluate("window.executed")
        return [*self.done, *(["script ran"] if ran is not None else [])]

    @property
    def overhang(self) -> int:
        """How far the page reaches beyond the window, pixels."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@dataclass
class Served:
    """A desk on a port: its address, the alerts' numbers, and somebody's cookie."""

    address: str
    numbers: list[str]
    house: House
    cookies: list[dict[str, str]]
    pages: list[str]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, watchlist: Watchlist) -> Iterator[Served]:
    """A served desk full of attacks."""
    store = open_store(tmp_path_factory.mktemp("browser"), create=True)
    make_keys(store.public_keys.parent)
    house = House(store, watchlist, Capturing(mode="extract", recipients=read_recipients(store.public_keys)))
    numbers = [hostile_post(house, payload) for payload in ALL]
    for payload in (MARKUP[3], MARKUP[9]):
        decisions.comment_on(store, numbers[0], "lead", payload)
    house.lines = [line(payload[:60], HealthState.GONE, reason=payload[:300]) for payload in MARKUP]
    asked = desk_sweeps.NewSweep(
        target=redact_string(MARKUP[0]), words=redact_string(MARKUP[3]), since=None, until=None, most=None,
        asked_by="lead", started_at=datetime.now(UTC),
    )  # fmt: skip
    sweep = house.sweeps.start(asked)
    desk_sweeps.end(store, sweep, desk_sweeps.SweepState.FAILED, desk_sweeps.Count(), datetime.now(UTC), MARKUP[0])
    pages = ["/", "/?state=all&order=newest", f"/alerts/{numbers[0]}", "/sources", "/sweeps", f"/sweeps/{sweep}",
             "/watchlist?words=clinique", "/watchlist/entity?id=example:clinic-01", "/overview", "/account", "/people",
             "/nothing"]  # fmt: skip
    with serving(house.app()) as address:
        cookies = [{"name": "vigifuite", "value": house.token("admin"), "url": address}]
        yield Served(address, numbers, house, cookies, pages)
    store.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def context(desk, browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport=PHONE, locale="en-GB")
    opened.add_cookies(desk.cookies)
    yield opened
    opened.close()


@pytest.fixture
def watch(desk, context) -> Watch:
    return Watch(desk.address, context.new_page())


class TestAttacks:
    @pytest.mark.parametrize("first", range(0, len(ALL), 15))
    def test_nothing_runs_on_an_alert(self, desk, watch, first):
        """No script, request or link to elsewhere, no violation of the policy, no page wider than the screen."""
        for number in desk.numbers[first : first + 15]:
            page = watch.open(f"/alerts/{number}")
            for shown in page.locator("mark").all()[:1]:
                shown.hover()
            page.keyboard.press("Tab")
            links = page.eval_on_selector_all("a", "all => all.map(a => a.href)")

            assert [] == watch.misdeeds
            assert [] == [link for link in links if not link.startswith(f"{watch.address}/")]
            assert 0 >= watch.overhang, number
            assert f"{number} · Vigifuite" == page.title()
            assert f"{watch.address}/alerts/{number}" == page.url

    @pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
    def test_nothing_runs_on_any_page(self, desk, watch, viewport):
        """Each page shows as many attacks at once as it can, and stays within the window."""
        watch.page.set_viewport_size(viewport)
        for path in desk.pages[:-1]:
            watch.open(path)

            assert [] == watch.misdeeds, path
            assert 0 >= watch.overhang, path

    def test_a_question_is_only_a_question(self, watch):
        """What is searched for comes back as text."""
        page = watch.open("/")
        page.locator("input[name=entity]").fill(MARKUP[0])
        page.locator("form.filters button").click()

        assert [] == watch.misdeeds
        assert MARKUP[0] == page.locator("input[name=entity]").input_value()

    def test_the_policy_holds_should_escaping_fail(self, watch):
        """A script that got into a page would not run."""
        watch.open("/")
        watch.page.evaluate(
            """() => {
                document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.executed=1'>");
                const script = document.createElement("script");
                script.textContent = "window.executed=1";
                document.body.append(script);
            }"""
        )

        assert watch.page.evaluate("window.executed") is None


class TestWithoutScript:
    def test_an_analyst_works(self, desk, browser):
        """Filter, open, decide, undo, decide many, and every page there is, with scripts switched off."""
        context = browser.new_context(viewport=DESKTOP, java_script_enabled=False, locale="en-GB")
        context.add_cookies(desk.cookies)
        page = context.new_page()
        for path in desk.pages:
            page.goto(desk.address + path)
            assert page.locator("h1").is_visible(), path
        page.goto(desk.address)
        page.get_by_label("Organisation").fill("hesp")
        page.get_by_label("Severity").select_option("high")
        page.get_by_role("button", name="Show").click()
        page.locator(".queue .number").first.click()
        assert "severity=high" in page.url
        first = page.locator("h1").inner_text()
        page.get_by_role("button", name="duplicate").click()
        assert first != page.locator("h1").inner_text()
        assert State.DUPLICATE == find_alert(desk.house.store, first).state
        page.get_by_role("button", name="Undo").click()
        assert State.NEW == find_alert(desk.house.store, first).state
        assert "high" == page.get_by_label("Severity").input_value()
        for box in page.locator("[name=alert]").all()[:3]:
            box.check()
        page.locator(".bulk").get_by_role("button", name="closed").click()
        assert "3 alerts decided." in page.content()
        page.get_by_role("button", name="Undo").click()

        assert State.NEW == find_alert(desk.house.store, first).state
        context.close()


class TestReadability:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_is_accessible(self, desk, browser, scheme):
        """axe-core finds nothing on any page; every text reaches 4.5 to 1 (WCAG AA), covers hold no words."""
        context = browser.new_context(viewport=DESKTOP, color_scheme=scheme, locale="fr-FR")
        page = context.new_page()
        found = {}
        token = accounts.invite(desk.house.store, Role.READER, "admin", datetime.now(UTC))
        for path in ("/login", f"/welcome/{token}", "/welcome/none"):
            page.goto(desk.address + path)
            found[path] = violations(page, scheme)
        context.add_cookies(desk.cookies)
        for path in (*desk.pages, f"/alerts/{desk.numbers[20]}"):
            page.goto(desk.address + path)
            found[path] = [*violations(page, scheme), *page.evaluate(LOW_CONTRAST)]
        context.close()

        assert {} == {path: said for path, said in found.items() if said}

    def test_what_is_wrong_would_be_found(self, watch):
        """A field without a name and grey upon grey are told: the check is no empty one."""
        page = watch.open("/account")
        page.evaluate(
            """() => {
                const main = document.querySelector("main");
                main.append(document.createElement("input"), document.createElement("p"));
                main.lastChild.textContent = "grey";
                main.lastChild.style.color = "#bbb";
            }"""
        )

        assert ["color-contrast", "label"] == sorted(said.split(":")[0] for said in violations(page, "light"))

    def test_has_one_heading_and_named_columns(self, watch, desk):
        """What a screen reader needs: one h1, a language, a scope on every header cell."""
        for path in desk.pages:
            page = watch.open(path)
            assert 1 == page.locator("h1").count()
            assert "en" == page.locator("html").get_attribute("lang")
            assert 0 == page.locator("th:not([scope])").count()

    def test_shows_where_the_keyboard_is(self, watch):
        """The focused link is outlined."""
        page = watch.open("/")
        page.keyboard.press("Tab")

        assert "solid" == page.evaluate("getComputedStyle(document.activeElement).outlineStyle")


class TestArrival:
    def test_a_new_alert_moves_nothing(self, desk, watch):
        """It is announced at the edge; what is being read stays where it is."""
        page = watch.open("/")
        rows = page.locator("[data-row]").all_inner_texts()
        desk.house.publish(ref="fresh")
        page.wait_for_selector("[data-arrived]:not([hidden])", timeout=10_000)

        assert page.locator("[data-arrived]").inner_text().startswith("1 new alerts")
        assert rows == page.locator("[data-row]").all_inner_texts()


def violations(page: Page, scheme: str) -> list[str]:
    """What axe-core says is wrong with a page, and where; in the dark only colours differ."""
    rules = WCAG if scheme == "light" else {"type": "rule", "values": ["color-contrast"]}
    result = AXE.run(page, options={"resultTypes": ["violations"], "runOnly": rules})
    return [
        f"{each['id']}: {node['html'][:150]}" for each in result.response["violations"] for node in each["nodes"][:3]
    ]


LOW_CONTRAST = """() => {
    const parse = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = element => {
        for (let at = element; at; at = at.parentElement) {
            const colour = parse(getComputedStyle(at).backgroundColor);
            if (colour.length && (colour.length < 4 || colour[3] > 0)) return colour;
        }
        return [255, 255, 255];
    };
    const low = [];
    for (const element of document.querySelectorAll("body *")) {
        const says = [...element.childNodes].some(n => n.nodeType === 3 && n.textContent.replace(/[█\\s]/g, ""));
        if (!says || !element.getClientRects().length) continue;
        const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < 4.5) low.push(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
    }
    return [...new Set(low)];
}"""
