"""Rules kept, counted and forgotten."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import StatementError

from detectors.model import RedactedText
from storage.errors import StoreError
from storage.store import Store
from storage.suppressions import NewRule, add, count_hits, counted, remove, rules
from tests.conftest import NOW

LATER = NOW + timedelta(days=90)


def new(**fields: object) -> NewRule:
    given: dict[str, object] = {
        "entity_id": "vendor:quorvane",
        "source": None,
        "phrase": None,
        "reason": RedactedText("job offers"),
        "author": "ana",
        "made_at": NOW,
        "expires_at": LATER,
    }
    return NewRule(**{**given, **fields})  # type: ignore[arg-type]


class TestAdd:
    def test_comes_back_as_it_was(self, store: Store):
        """Every field, and no hits yet."""
        number = add(store, new(source="press", phrase=RedactedText("offre d'emploi"), expires_at=None))
        (found,) = counted(store)
        assert (number, "vendor:quorvane", "press", "offre d'emploi", "job offers", "ana", NOW, None) == (
            found.rule.id,
            found.rule.entity_id,
            found.rule.source,
            found.rule.phrase,
            found.rule.reason,
            found.rule.author,
            found.rule.made_at,
            found.rule.expires_at,
        )
        assert (0, None) == (found.hits, found.last_hit_at)
        assert type(found.rule.phrase) is RedactedText

    def test_about_everything_is_refused(self, store: Store):
        """At least one of entity, source and phrase."""
        with pytest.raises(StoreError, match="needs an entity, a source or a phrase"):
            add(store, new(entity_id=None))
        assert () == rules(store)

    def test_same_again_is_refused_until_it_has_expired(self, store: Store):
        """Two rules that say the same would both be counted."""
        number = add(store, new())
        with pytest.raises(StoreError, match=f"rule {number} says the same"):
            add(store, new(reason=RedactedText("again")))
        add(store, new(source="press"))
        again = add(store, new(made_at=LATER, expires_at=None))
        assert [number, number + 1, again] == [rule.id for rule in rules(store)]

    @pytest.mark.parametrize("field", ["phrase", "reason"])
    def test_raw_text_is_refused(self, store: Store, field: str):
        """What a person types goes through redaction like anything else."""
        with pytest.raises(StatementError):
            add(store, new(**{field: "raw"}))
        assert () == rules(store)


class TestRemove:
    def test_forgets(self, store: Store):
        """Gone, and the others stay."""
        first, second = add(store, new()), add(store, new(source="press"))
        assert remove(store, first)
        assert [second] == [rule.id for rule in rules(store)]

    def test_unknown(self, store: Store):
        """Nothing to forget is told."""
        assert not remove(store, 7)


class TestCountHits:
    def test_adds_up(self, store: Store):
        """Hits add to what was counted, with the time of the last."""
        first, second = add(store, new()), add(store, new(source="press"))
        for at in (NOW, LATER):
            with store.writing() as session:
                count_hits(session, {first: 2}, at)
        assert {first: (4, LATER), second: (0, None)} == {
            each.rule.id: (each.hits, each.last_hit_at) for each in counted(store)
        }

    def test_a_rule_removed_meanwhile(self, store: Store):
        """A pass that began before goes on."""
        number = add(store, new())
        remove(store, number)
        with store.writing() as session:
            count_hits(session, {number: 1}, NOW)
        assert () == counted(store)
