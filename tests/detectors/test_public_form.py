"""The findings JSON of the contract."""

import json
from collections.abc import Callable

import pytest

from detectors.model import Attachment, JsonValue, Post
from detectors.public_form import findings_json, nothing_found_json
from detectors.triage import examine, read
from detectors.watchlist import Watchlist

RAW = (
    "V3nds base Qu0rv4ne, 491 840 patients, NIR 255069999999934, jeanne@courriel.test, 0639980011, "
    "https://drop.test/a.zip mdp 1234 @un_vendeur"
)
KEYS = ["id", "alert", "severity", "score", "language", "entities", "claim", "personal_data", "sample", "reasons"]
ENTITY_KEYS = [
    "id", "name", "kind", "roles", "surface", "start", "end", "confidence", "candidates", "disguise",
]  # fmt: skip
CLAIM_KEYS = [
    "act", "actor", "quantities", "prices", "period", "fields", "formats", "contacts", "links", "archives",
    "password_given",
]  # fmt: skip


@pytest.fixture
def form(watchlist: Watchlist, make_post: Callable[..., Post]) -> Callable[..., dict[str, JsonValue]]:
    def make(text: str = RAW, **fields: object) -> dict[str, JsonValue]:
        post = make_post(text, **fields)
        # As a reader of the output gets it.
        parsed: dict[str, JsonValue] = json.loads(json.dumps(findings_json(read(post, examine(post, watchlist)))))
        return parsed

    return make


class TestFindingsJson:
    def test_keys(self, form: Callable[..., dict[str, JsonValue]]):
        """The keys are those of the contract."""
        made = form()

        assert [*made] == KEYS
        assert [*made["entities"][0]] == ENTITY_KEYS
        assert [*made["claim"]] == CLAIM_KEYS

    def test_values(self, form: Callable[..., dict[str, JsonValue]]):
        """An alert in full."""
        start = RAW.index("Qu0rv4ne")

        assert {
            "id": "7",
            "alert": True,
            "severity": "critical",
            "score": 1.0,
            "language": "fr",
            "entities": [
                {
                    "id": "vendor:quorvane",
                    "name": "Quorvane",
                    "kind": "vendor",
                    "roles": ["named"],
                    "surface": "Qu0rv4ne",
                    "start": start,
                    "end": start + 8,
                    "confidence": 0.99,
                    "candidates": ["vendor:quorvane"],
                    "disguise": "Qu0rv4ne → quorvane",
                }
            ],
            "claim": {
                "act": "free",
                "actor": None,
                "quantities": [{"value": 491_840, "unit": "patients"}],
                "prices": [],
                "period": None,
                "fields": ["nir", "password"],
                "formats": [],
                "contacts": ["@un_vendeur"],
                "links": ["hxxps://drop[.]test/a.zip"],
                "archives": [{"name": "a.zip", "size": None}],
                "password_given": True,
            },
            "personal_data": {"nir": 1, "email": 1, "phone": 1},
            "sample": None,
            "reasons": [
                "names a watched vendor",
                "gives data away",
                "speaks of 491,840 patients",
                "gives a link, an archive or a password",
                "says that it holds social-security numbers and passwords",
                "shows 1 valid social-security number",
            ],
        } == form()

    def test_positions(self, form: Callable[..., dict[str, JsonValue]]):
        """Positions are those of the text as given, in characters."""
        raw = "😀é\u0301ﬁ vends base L\u200babZéphyr 🏥"

        (entity,) = form(raw)["entities"]

        assert "L\u200babZéphyr" == raw[entity["start"] : entity["end"]] == entity["surface"]

    def test_part(self, form: Callable[..., dict[str, JsonValue]]):
        """Only where the name stands elsewhere than in the text is the part said."""
        made = form("vends base", title="Quorvane", files=(Attachment(name="labzephyr.zip"),))

        assert ["title", "files[0]"] == [entity["part"] for entity in made["entities"]]

    def test_bare_mention(self, form: Callable[..., dict[str, JsonValue]]):
        """A bare mention is no alert; who is named is said all the same."""
        made = form("Quorvane recrute")

        assert (False, None, None, ["vendor:quorvane"]) == (
            made["alert"],
            made["severity"],
            made["claim"],
            [entity["id"] for entity in made["entities"]],
        )


class TestNothingFoundJson:
    def test_is_that_of_a_post_without_findings(self, form: Callable[..., dict[str, JsonValue]]):
        """It is what a reading in which nothing was found would give."""
        assert form("ok") == nothing_found_json("7")
