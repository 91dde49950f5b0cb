"""The compiled watchlist in its flat form."""

import numpy as np
import pytest

from detectors.compiling import compile_index
from detectors.index import flattened, unflattened
from detectors.model import Entity, EntityKind
from detectors.normalisation import fold
from detectors.watchlist import Watchlist

ENTITIES = (
    Entity(id="vendor:quorvane", kind=EntityKind.VENDOR, name="Quorvane", aliases=("Q\ud800",), domains=("q.test",)),
    Entity(
        id="test:ch",
        kind=EntityKind.ESTABLISHMENT,
        name="CH de Valdorges",
        city="Valdorges",
        postcode="99110",
        notes={"categorie": "355", "ligne": "a\nb"},
    ),
    Entity(id="test:ж", kind=EntityKind.PRODUCT, name="Сереина", uses=("x", "y"), ambiguous="also a word"),
)


class TestFlattened:
    def test_comes_back(self):
        """An index made of its own arrays is the same index."""
        index = compile_index(ENTITIES)
        again = unflattened(flattened(index))

        assert ENTITIES == tuple(index.entities) == tuple(again.entities)
        assert (index.words, index.codes) == (again.words, again.codes)
        first, second = flattened(index), flattened(again)
        assert first.keys() == second.keys()
        assert all(np.array_equal(first[name], second[name]) for name in first)

    def test_names_the_same(self):
        """It finds the same mentions."""
        index = compile_index(ENTITIES)
        text = fold("base patients Qu0rv4ne et CH de Valdorges")

        assert Watchlist(index).mentions(text) == Watchlist(unflattened(flattened(index))).mentions(text)

    def test_empty(self):
        """An index of nobody has a flat form too."""
        assert 0 == len(unflattened(flattened(compile_index(()))).entities)

    @pytest.mark.parametrize("missing", ["words", "word_blob", "remnants_keys", "entity_ends"])
    def test_of_another_shape(self, missing: str):
        """Arrays of another shape are refused."""
        arrays = flattened(compile_index(ENTITIES))
        arrays.pop(missing, None)

        if missing == "words":
            arrays["spelling_codes"] = arrays["spelling_codes"][:-1]
        with pytest.raises((KeyError, ValueError)):
            unflattened(arrays)


class TestEntities:
    def test_in_their_order(self):
        """By number, from behind, in slices, and not beyond."""
        entities = compile_index(ENTITIES).entities

        assert (3, ENTITIES[0], ENTITIES[-1], ENTITIES[1:]) == (len(entities), entities[0], entities[-1], entities[1:])
        with pytest.raises(IndexError):
            entities[3]

    def test_in_short(self):
        """Id, name and kind are there without reading the rest."""
        index = compile_index(ENTITIES)

        assert [(each.id, each.name, each.kind) for each in ENTITIES] == [
            (index.entity_id(at), index.entity_name(at), index.entity_kind(at)) for at in range(3)
        ]
