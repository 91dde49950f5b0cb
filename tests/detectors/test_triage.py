"""Posts become alerts, or nothing: on invented posts and on the example that ships with the program."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.collectors.telegram_export import TelegramExportCollector
from detectors.model import Attachment, Forward, Post, Reading, RedactedText, Severity
from detectors.public_form import findings_json
from detectors.registers import read_register, shipped
from detectors.triage import examine, examine_all, read, triage
from detectors.watchlist import Watchlist, compile_watchlist

ROOT = Path(__file__).parent.parent.parent
DATA = ROOT / "tests" / "data"
NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
SECRETS = ("jeanne", "0639980011", "255069999999934")
SHOWN = "jeanne@courriel.test 0639980011 255069999999934"

MakePost = Callable[..., Post]


@pytest.fixture(scope="module")
def example_posts() -> tuple[Post, ...]:
    """The posts of the export that ships with the program."""

    async def collected() -> tuple[Post, ...]:
        collector = TelegramExportCollector(ROOT / "examples" / "result.json", lambda: NOW)
        return tuple([taken async for taken, _ in collector.collect({}) if isinstance(taken, Post)])

    return asyncio.run(collected())


@pytest.fixture(scope="module")
def example_watchlist() -> Watchlist:
    """The shipped vendors and the example's own watchlist."""
    with (ROOT / "examples" / "watchlist.csv").open("rb") as file:
        return compile_watchlist((*shipped(), *read_register(file)))


@pytest.fixture(scope="module")
def example_readings(example_posts: tuple[Post, ...], example_watchlist: Watchlist) -> dict[str, Reading]:
    """Every post of the example as read, alert or not."""
    return {post.ref: read(post, examine(post, example_watchlist)) for post in example_posts}


def expected(name: str) -> dict[str, list[object]]:
    found: dict[str, list[object]] = json.loads((DATA / name).read_text("utf-8"))
    return found


class TestExample:
    def test_alerts(self, example_readings: dict[str, Reading]):
        """Every leak of the example is an alert, and nothing else is."""
        leaks = {str(ref) for ref in expected("example_leaks.json")["leaks"]}

        assert leaks == {ref for ref, reading in example_readings.items() if reading.severity}

    def test_reports(self, example_readings: dict[str, Reading]):
        """The reports among them are of low severity."""
        reports = [str(ref) for ref in expected("example_leaks.json")["reports"]]

        assert {Severity.LOW} == {example_readings[ref].severity for ref in reports}

    def test_no_personal_value_is_kept(self, example_posts: tuple[Post, ...], example_readings: dict[str, Reading]):
        """Each personal value stands in the posts, and in nothing that is kept or shown of them."""
        values = [str(value) for kind in expected("example_personal_values.json").values() for value in kind]
        raw = "".join(map(repr, example_posts))
        kept = "".join(f"{reading!r}{json.dumps(findings_json(reading))}" for reading in example_readings.values())

        assert (values, []) == ([each for each in values if each in raw], [each for each in values if each in kept])

    def test_same_reading(self, example_posts: tuple[Post, ...], example_watchlist: Watchlist):
        """The same post makes the same reading, in whatever order posts come."""
        forth = [triage(post, example_watchlist) for post in example_posts]
        back = [triage(post, example_watchlist) for post in reversed(example_posts)]

        assert forth == back[::-1]

    def test_together_as_one_by_one(self, example_posts: tuple[Post, ...], example_watchlist: Watchlist):
        """Posts examined together say what each says by itself, titles and file names included."""
        titled = [
            replace(post, title=post.text[:80], files=(Attachment(name="orlabys.sql"),)) for post in example_posts
        ]
        together = examine_all([*example_posts, *titled], example_watchlist)

        assert [examine(post, example_watchlist) for post in (*example_posts, *titled)] == together
        assert {"text", "title", "files[0]"} == {mention.part for each in together for mention in each.sightings}
        assert [] == examine_all([], example_watchlist)


class TestTriage:
    def test_alert(self, watchlist: Watchlist, make_post: MakePost):
        """A watched name with a claim is an alert."""
        reading = triage(make_post("Vends base patients Quorvane"), watchlist)

        assert Severity.HIGH is (reading and reading.severity)

    @pytest.mark.parametrize(
        "text", ["", "bonjour", "Quorvane recrute", "vends vélo", "Vends base de recettes", "255069999999934"]
    )
    def test_nothing(self, watchlist: Watchlist, make_post: MakePost, text: str):
        """What concerns nobody we watch makes nothing."""
        assert triage(make_post(text), watchlist) is None

    def test_free_release_with_numbers_is_critical(self, watchlist: Watchlist, make_post: MakePost):
        """A free release that names a laboratory and shows valid numbers is critical."""
        text = "Base patients du labo Fontarèche, gratuit :\n255069999999934;Exemple\n1 85 03 2A 990 012 43;Essai"

        reading = triage(make_post(text), watchlist)

        assert Severity.CRITICAL is (reading and reading.severity)

    @pytest.mark.parametrize(
        ("part", "fields"),
        [
            ("title", {"title": "Quorvane"}),
            ("files[1]", {"files": (Attachment(name="a.jpg"), Attachment(name="quorvane.zip"))}),
            ("forwarded_from", {"forwarded_from": Forward(name="Quorvane leaks")}),
            ("links[0]", {"links": ("https://drop.test/quorvane",)}),
        ],
    )
    def test_reads_every_part(self, watchlist: Watchlist, make_post: MakePost, part: str, fields: dict[str, object]):
        """A name beside the text counts as one in it."""
        reading = triage(make_post("Vends base patients", **fields), watchlist)

        assert [part] == [mention.part for mention in (reading.mentions if reading else ())]

    def test_a_link_of_the_text_is_read_once(self, watchlist: Watchlist, make_post: MakePost):
        """A link that stands in the text is not a part of its own."""
        link = "https://drop.test/quorvane"

        assert ["text"] == [
            mention.part for mention in examine(make_post(f"vends {link}", links=(link,)), watchlist).sightings
        ]

    def test_claim_of_the_title(self, watchlist: Watchlist, make_post: MakePost):
        """Where the text claims nothing the title may."""
        reading = triage(make_post("Quorvane", title="Vends base patients"), watchlist)

        assert ["title"] == [each.part for each in (reading.findings if reading else ()) if each.label == "sale"]


class TestRead:
    def test_positions_hold_in_the_redacted_text(self, watchlist: Watchlist, make_post: MakePost):
        """What a mention says of the raw text is true of the redacted one."""
        post = make_post(f"{SHOWN} Vends base patients Qu0rv4ne {SHOWN}")
        reading = read(post, examine(post, watchlist))

        (mention,) = reading.mentions

        assert "Qu0rv4ne" == post.text[mention.start : mention.end] == reading.text[mention.start : mention.end]

    def test_counts_what_is_shown(self, watchlist: Watchlist, make_post: MakePost):
        """Personal data of every part is counted."""
        post = make_post(SHOWN, title=SHOWN, files=(Attachment(name="0639980012.csv"),))

        assert {"nir": 2, "email": 2, "phone": 3} == read(post, examine(post, watchlist)).personal_data

    @pytest.mark.parametrize(
        "fields",
        [
            {"text": SHOWN},
            {"title": SHOWN},
            {"author": SHOWN},
            {"author_id": SHOWN},
            {"topic": SHOWN},
            {"url": f"https://drop.test/{SHOWN}"},
            {"links": (f"https://drop.test/{SHOWN}", SHOWN)},
            {"files": (Attachment(name=f"{SHOWN}.zip", mime=SHOWN, file_id=SHOWN),)},
            {"forwarded_from": Forward(name=SHOWN)},
            {"text": f"Vends base Quorvane, {SHOWN} patients, https://drop.test/{SHOWN}.zip"},
            {"text": "Vends base labo jeanne.fontareche@courriel.test"},
            {"text": "Vends base, 0639980011 patients de Quorvane"},
            {"text": "Vends base Quorvane @tel_0639980011 dump_255069999999934.sql"},
        ],
    )
    def test_holds_nothing_personal(self, watchlist: Watchlist, make_post: MakePost, fields: dict[str, object]):
        """Wherever a personal value stands in a post, it is not in its reading."""
        post = make_post(**fields)
        reading = read(post, examine(post, watchlist))

        shown = f"{reading!r}{json.dumps(findings_json(reading), ensure_ascii=False)}"

        assert [] == [secret for secret in SECRETS if secret in shown]

    @pytest.mark.parametrize("size", [-1, 2**53 + 1, 10**30])
    def test_impossible_sizes(self, watchlist: Watchlist, make_post: MakePost, size: int):
        """A size that cannot be is none, beside the post and in its claim."""
        post = make_post(files=(Attachment(name="a.zip", size=size),))
        reading = read(post, examine(post, watchlist))

        assert (None, None) == (reading.files[0].size, reading.claim and reading.claim.archives[0].size)

    def test_keeps_the_clocks(self, watchlist: Watchlist, make_post: MakePost):
        """When it was posted, edited and seen stays apart."""
        edited = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
        post = make_post(edited_at=edited)
        reading = read(post, examine(post, watchlist))

        assert (NOW, NOW, edited) == (reading.seen_at, reading.posted_at, reading.edited_at)


ANY = st.text(st.characters() | st.sampled_from("0123456789 @.+$\x00\ud800\u200b"), max_size=80) | st.sampled_from(
    ["Quorvane", "Vends base patients", SHOWN, "10" * 400 + " patients", "💥" * 50]
)
SOME = st.none() | ANY
FILES = st.builds(Attachment, name=ANY, size=st.none() | st.integers(), mime=SOME, file_id=SOME)
POSTS = st.builds(
    Post,
    place=ANY,
    ref=ANY,
    text=st.lists(ANY, max_size=6).map(" ".join),
    seen_at=st.just(NOW),
    posted_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    url=SOME,
    title=SOME,
    author=SOME,
    author_id=SOME,
    files=st.lists(FILES, max_size=3).map(tuple),
    links=st.lists(ANY, max_size=3).map(tuple),
    forwarded_from=st.none() | st.builds(Forward, name=SOME, place=SOME, ref=SOME),
    reply_to=SOME,
    topic=SOME,
    views=SOME,
    is_edited=st.booleans(),
)


class TestAnyPost:
    @settings(deadline=None)
    @given(POSTS)
    def test_is_read(self, watchlist: Watchlist, post: Post):
        """Any post is read without fail, and read the same again."""
        reading = read(post, examine(post, watchlist))

        assert reading == read(post, examine(post, watchlist))
        assert (len(post.text), RedactedText) == (len(reading.text), type(reading.text))

    @settings(deadline=None)
    @given(POSTS)
    def test_is_weighed(self, watchlist: Watchlist, post: Post):
        """What triage returns is what reading says is an alert."""
        reading = read(post, examine(post, watchlist))

        assert (reading if reading.severity else None) == triage(post, watchlist)

    @settings(deadline=None)
    @given(POSTS)
    def test_can_be_written(self, watchlist: Watchlist, post: Post):
        """What is read from a post can be encoded, whatever stood in it, its place and ref aside."""
        reading = read(post, examine(post, watchlist))

        assert findings_json(reading) | {"id": ""} == json.loads(
            json.dumps(findings_json(reading) | {"id": ""}, ensure_ascii=False).encode()
        )

    @pytest.mark.timeout(40)
    @pytest.mark.parametrize("unit", ["Vends base labo Fontarèche 0639980011 ", "a", "1 ", "é\u0301", "@", "+3"])
    def test_huge_fields(self, watchlist: Watchlist, make_post: MakePost, unit: str):
        """A post of huge fields is read to its end."""
        huge = unit * (10_000 // len(unit))
        post = make_post(f"{huge} Quorvane", title=huge, author=huge, files=(Attachment(name=huge),), links=(huge,))

        assert "vendor:quorvane" in {mention.entity_id for mention in examine(post, watchlist).sightings}
        assert len(huge) == len(read(post, examine(post, watchlist)).title or "")
