"""The desk in a real browser: nothing a poster wrote may run, call out or break the page."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from detectors.watchlist import Watchlist
from storage.alerts import Capturing
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
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@dataclass
class Watch:
    """A page, and everything it did that it should not have."""

    address: str
    page: Page
    done: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("dialog", lambda dialog: (self.done.append(f"dialog {dialog.type}"), dialog.dismiss()))
        self.page.on("console", lambda message: self.done.append(f"console {message.text[:200]}"))
        self.page.on("pageerror", lambda error: self.done.append(f"error {error}"))
        self.page.on("popup", lambda popup: self.done.append(f"popup {popup.url}"))
        self.page.on("request", self._asked)

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


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, watchlist: Watchlist) -> Iterator[tuple[str, list[str]]]:
    """A served desk full of attacks: its address and the alerts' numbers."""
    store = open_store(tmp_path_factory.mktemp("browser"), create=True)
    make_keys(store.public_keys.parent)
    house = House(store, watchlist, Capturing(mode="extract", recipients=read_recipients(store.public_keys)))
    numbers = [hostile_post(house, payload) for payload in ALL]
    house.lines = [line(payload[:60], HealthState.GONE, reason=payload[:300]) for payload in MARKUP]
    with serving(house.app()) as address:
        yield address, numbers
    store.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def context(browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport=PHONE)
    yield opened
    opened.close()


@pytest.fixture
def watch(desk, context) -> Watch:
    return Watch(desk[0], context.new_page())


class TestAttacks:
    @pytest.mark.parametrize("index", range(len(ALL)), ids=lambda index: ascii(ALL[index][:20]))
    def test_nothing_runs_on_an_alert(self, desk, watch, index):
        """No script, request or link to elsewhere, no violation of the policy, no page wider than the screen."""
        page = watch.open(f"/alerts/{desk[1][index]}")
        for shown in page.locator("mark").all()[:4]:
            shown.hover()
        page.keyboard.press("Tab")
        links = page.eval_on_selector_all("a", "all => all.map(a => a.href)")

        assert [] == watch.misdeeds
        assert [] == [link for link in links if not link.startswith(f"{watch.address}/")]
        assert 0 >= watch.overhang
        assert f"{desk[1][index]} · Vigifuite" == page.title()
        assert f"{watch.address}/alerts/{desk[1][index]}" == page.url

    @pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
    def test_nothing_runs_on_the_list(self, watch, viewport):
        """The list shows every attack at once."""
        watch.page.set_viewport_size(viewport)
        page = watch.open("/")
        page.locator("input[name=entity]").fill(MARKUP[0])
        page.locator("form.filters button").click()

        assert [] == watch.misdeeds
        assert 0 >= watch.overhang
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
    def test_an_analyst_finds_an_alert(self, desk, browser):
        """List, filter, alert, next alert and back, with scripts switched off."""
        context = browser.new_context(viewport=DESKTOP, java_script_enabled=False)
        page = context.new_page()
        page.goto(desk[0])
        page.get_by_label("Organisation").fill("hesp")
        page.get_by_label("Severity").select_option("high")
        page.get_by_role("button", name="Show").click()
        page.locator(".queue .number").first.click()
        assert "severity=high" in page.url
        first = page.locator("h1").inner_text()
        page.locator("a[rel=next]").click()
        assert first != page.locator("h1").inner_text()
        page.get_by_role("link", name="↑ The list").click()

        assert "high" == page.get_by_label("Severity").input_value()
        context.close()


class TestReadability:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_contrast_is_enough(self, desk, browser, scheme):
        """Every text reaches 4.5 to 1 against what lies behind it (WCAG AA); covers hold no words."""
        context = browser.new_context(viewport=DESKTOP, color_scheme=scheme)
        page = context.new_page()
        for path in ("/", f"/alerts/{desk[1][0]}", "/nothing"):
            page.goto(desk[0] + path)
            assert [] == page.evaluate(LOW_CONTRAST)
        context.close()

    def test_has_one_heading_and_named_columns(self, watch, desk):
        """What a screen reader needs: one h1, a language, a scope on every header cell."""
        for path in ("/", f"/alerts/{desk[1][0]}", "/nothing"):
            page = watch.open(path)
            assert 1 == page.locator("h1").count()
            assert "en" == page.locator("html").get_attribute("lang")
            assert 0 == page.locator("th:not([scope])").count()
            assert 0 == page.locator("form :is(input, select):not(label *)").count()

    def test_shows_where_the_keyboard_is(self, watch):
        """The focused link is outlined."""
        page = watch.open("/")
        page.keyboard.press("Tab")

        assert "solid" == page.evaluate("getComputedStyle(document.activeElement).outlineStyle")


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
