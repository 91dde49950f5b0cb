import json
from collections import Counter
from dataclasses import replace

import pytest

from benchmarks.leaked_file import COLUMNS, SHARED_VENDOR, make_rows, make_world
from detectors.attribution import attribute, attribution_json
from detectors.attribution_sites import code_likeness
from detectors.model import Entity, EntityKind
from detectors.sample import profile_sample
from detectors.sample_places import Traces

EMPTY = Traces(rows=100, sites={}, prescribers={}, finess={}, headers=())


def lab(number: int, name: str, postcode: str, **fields: object) -> Entity:
    return Entity(
        id=f"lab:{number}", kind=EntityKind.ESTABLISHMENT, name=name, postcode=postcode, city="Valdorges", **fields
    )


def first(traces: Traces, *entities: Entity) -> str | None:
    places = attribute(traces, entities).places
    return places[0].entity_id if places else None


class TestPlaces:
    def test_the_town_of_its_patients(self):
        """A site is where most of its own patients live."""
        traces = replace(EMPTY, sites={("S1", "12900"): 80, ("S1", "12903"): 20, ("S2", "12903"): 100})

        assert "lab:1" == first(traces, lab(1, "Laboratoire Fontarèche", "12900"), lab(2, "Labo Autre", "12906"))

    def test_the_code_decides_within_a_town(self):
        """Of two laboratories of one town, the one the code is made of."""
        traces = replace(EMPTY, sites={("FONT1", "12900"): 100})
        entities = lab(1, "Laboratoire Merval", "12900"), lab(2, "Laboratoire Fontarèche", "12900")

        assert "lab:2" == first(traces, *entities)
        assert ("lab:1",) == attribute(traces, entities).places[0].others

    def test_the_columns_decide_within_a_town(self):
        """Columns that speak of samples and analyses speak of a laboratory."""
        traces = replace(EMPTY, sites={("7", "12900"): 100}, headers=("code_preleveur", "date_analyse"))

        assert "lab:2" == first(traces, lab(1, "Clinique Merval", "12900"), lab(2, "Laboratoire Fontarèche", "12900"))

    def test_its_own_number_is_enough(self):
        """A FINESS number in the rows names the place, wherever its patients live."""
        traces = replace(EMPTY, sites={("", "12900"): 100}, finess=Counter({"990000001": 90}))
        entity = replace(lab(1, "Laboratoire Fontarèche", "48900"), id="finess:990000001")

        assert "finess:990000001" == first(traces, lab(2, "Labo Merval", "12900"), entity)

    def test_codes_an_analyst_wrote_down(self):
        """A watchlist may name a place's site and prescriber codes."""
        traces = replace(EMPTY, sites={("Q7", "12900"): 100})
        entity = lab(1, "Laboratoire Fontarèche", "12906", notes={"site_codes": "Q6 | Q7"})

        assert "lab:1" == first(traces, entity, lab(2, "Laboratoire Merval", "12900"))

    def test_prescribers_where_no_site_is_told(self):
        """Each prescriber's patients point to a town; no prescriber's code is shown."""
        traces = replace(EMPTY, sites={("", "12900"): 60, ("", "48900"): 40})
        traces = replace(traces, prescribers={("121000001", "12900"): 60, ("481000001", "48900"): 40})
        found = attribute(traces, [lab(1, "Laboratoire Merval", "12900"), lab(2, "Laboratoire Corgorot", "48900")])

        assert {"lab:1", "lab:2"} == {place.entity_id for place in found.places}
        assert "121000001" not in json.dumps(attribution_json(found))

    def test_nothing_watched_there(self):
        """No establishment is made up."""
        found = attribute(replace(EMPTY, sites={("S1", "12900"): 100}), [lab(1, "Laboratoire Merval", "48900")])

        assert ((), 0) == (found.places, found.share_explained)

    @pytest.mark.parametrize(
        ("code", "name", "like"),
        [
            ("FONT1", "laboratoire fontareche", True),
            ("LAFON", "laboratoire fontareche", True),
            ("FNTR", "laboratoire fontareche", True),
            ("CHVD", "centre hospitalier val dorges", True),
            ("L07", "laboratoire fontareche", False),
            ("MERV", "laboratoire fontareche", False),
        ],
    )
    def test_likeness_of_codes(self, code, name, like):
        """People make codes of beginnings, initials and consonants."""
        assert like == (code_likeness(code, tuple(name.split())) >= 0.5)


class TestVendors:
    def test_customers_beyond_chance(self):
        """A vendor all found places share outranks the one with most customers."""
        elsewhere = [
            lab(100 + number, f"Laboratoire Nord {number}", "08900", uses=("product:big",)) for number in range(40)
        ]
        here = [
            lab(number, f"Laboratoire Zed{number}", f"1290{number}", uses=("product:small",)) for number in range(4)
        ]
        here += [lab(5, "Laboratoire Merval", "12905", uses=("product:big",))]
        products = [
            Entity(id=f"product:{name}", kind=EntityKind.PRODUCT, name=name, parent=f"vendor:{name}")
            for name in ("big", "small")
        ]
        sites = {(f"S{number}", f"1290{number}"): 20 for number in (0, 1, 2, 3, 5)}
        vendors = attribute(replace(EMPTY, sites=sites), [*products, *elsewhere, *here]).vendors

        assert ["vendor:small", "vendor:big"] == [each.entity_id for each in vendors]
        assert vendors[0].likelihood_ratio > 2
        assert vendors[1].likelihood_ratio <= 0.1
        assert (4, 5) == (vendors[0].customers, vendors[0].known)

    def test_completeness_is_said(self):
        """How much of the customer list is known stands beside the ranking."""
        traces = replace(EMPTY, sites={("S1", "12900"): 100})
        entities = [lab(1, "Labo Un", "12900", uses=("product:x",)), lab(2, "Labo Deux", "12903")]

        assert (
            "the software is known of 1 of 2 watched establishments there (50%)"
            == attribute(traces, entities).completeness
        )

    def test_a_leaked_file(self):
        """Of thirty laboratories under codes and postcodes alone, 28 are named first, and their vendor is."""
        world = make_world(2_027)
        lines = [
            ";".join(COLUMNS) + "\n",
            *(";".join(row).replace(";avant", " avant") + "\n" for row in make_rows(world, 1, 6_000)),
        ]
        found = attribute(profile_sample(lines).traces, world.entities)
        truth = {laboratory.site: laboratory.id for laboratory in world.laboratories}
        right = [site for place in found.places for site in place.sites if truth[site] == place.entity_id]

        assert len(right) >= 28
        assert SHARED_VENDOR == found.vendors[0].entity_id
