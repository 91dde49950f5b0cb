"""The bar of redaction: its posts, its search, and what the detectors leave of the posts. Everybody is invented."""

import json
from pathlib import Path
from typing import ClassVar

import pytest

from benchmarks.invented_patients import Invented, generator
from benchmarks.redaction import COVER, NAMED, search, shown_in_alerts, values_of, write_inputs
from detectors.redaction import redact_string


@pytest.fixture(autouse=True)
def _syllables_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIGIFUITE_DATA", raising=False)


def parts(post: Invented) -> dict[str, str]:
    """The parts of a post that hold text, by name."""
    files = post.tree.get("files")
    named = {"files[0]": str(files[0]["name"])} if isinstance(files, list) else {}
    return named | {part: value for part, value in post.tree.items() if isinstance(value, str)}


def still_read(post: Invented) -> list[tuple[str, str]]:
    """The secrets of which a letter or digit survives, by part and kind."""
    raw = parts(post)
    redacted = {part: redact_string(raw[part]) for part in {each.part for each in post.secrets}}
    return [
        (each.part, each.kind)
        for each in post.secrets
        if any(
            before.isalnum() and after != COVER
            for before, after in zip(
                raw[each.part][each.start : each.end], redacted[each.part][each.start : each.end], strict=True
            )
        )
    ]


class TestPosts:
    @pytest.mark.parametrize("seed", range(4))
    def test_nothing_can_be_read(self, seed: int):
        """Of no invented patient anything is left, however it was written."""
        left = {(post.layout, *what) for post in generator(seed).posts(154, NAMED) for what in still_read(post)}

        assert set() == left

    @pytest.mark.parametrize("seed", range(2))
    def test_what_is_redacted_stays_so(self, seed: int):
        """A redacted post redacts to itself."""
        redacted = [redact_string(str(post.tree["text"])) for post in generator(seed).posts(77, NAMED)]

        assert redacted == list(map(redact_string, redacted))

    def test_the_named_stays(self):
        """The organisation and the seller's words before the sample can still be read."""
        for post in generator(5).posts(110, ["Clinique Hespérion"]):
            assert "Clinique Hespérion" in redact_string(str(post.tree["text"]))

    def test_same_seed_same_posts(self):
        """What was found wrong can be made again."""
        one, other = (generator(7).posts(20, NAMED) for _ in range(2))

        assert one == other

    def test_secrets_stand_where_it_says(self):
        """The places of secrets are those of the parts as they are written."""
        for post in generator(3).posts(66, NAMED):
            assert all(0 <= each.start < each.end <= len(parts(post)[each.part]) for each in post.secrets)


class TestSearch:
    VALUES: ClassVar = {b"Talgnac Lurianne": "name", b"255069999999934": "nir", b"Talgnac Lurette": "other"}

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            (b"", []),
            (b"Talgnac", []),
            (b"Talgnac Lurian", []),
            (b"Talgnac Lurianne", ["name"]),
            (b"\x00Talgnac Lurette\xff255069999999934", ["nir", "other"]),
            (b"x" * (2**20 - 5) + b"255069999999934", ["nir"]),
            (b"x" * (2**20 - 15) + b"255069999999934", ["nir"]),
        ],
    )
    def test_finds_every_value(self, tmp_path: Path, content: bytes, expected: list[str]):
        """A value is found wherever it stands whole, also across the pieces a file is read in."""
        path = tmp_path / "left"
        path.write_bytes(content)

        assert expected == sorted(found.removeprefix("left: ") for found in search([path], self.VALUES))

    def test_finds_other_spellings(self, tmp_path: Path):
        """As JSON, as HTML and as an address write it."""
        post = Invented({}, "prose", values={"Éric d'Éssai", "court"})
        path = tmp_path / "left"
        for written in (json.dumps("Éric d'Éssai"), "Éric d&#x27;Éssai", "%C3%89ric%20d%27%C3%89ssai", "Éric d'Éssai"):
            path.write_text(f"<p>{written}</p>", encoding="utf-8")

            assert ["left: prose: Éric d'Éssai"] == list(search([path], values_of([post])))

    def test_finds_what_a_plain_search_finds(self, tmp_path: Path):
        """In the posts themselves it finds exactly what looking for each value in turn does."""
        posts = generator(1).posts(66, NAMED)
        path = write_inputs(tmp_path, posts).posts
        values, content = values_of(posts), path.read_bytes()
        expected = {f"posts.jsonl: {what}" for value, what in values.items() if value in content}

        assert len(posts) < len(expected)
        assert expected == set(search([path], values))

    def test_a_secret_in_an_alert_is_seen(self):
        """What can still be read at its place is told by layout, part and kind."""
        (post,) = generator(1).posts(1, NAMED)
        alert: dict[str, object] = {"ref": post.tree["id"], "source": "posts", **post.tree}

        assert {(post.layout, each.part, each.kind) for each in post.secrets} == set(shown_in_alerts([post], [alert]))
