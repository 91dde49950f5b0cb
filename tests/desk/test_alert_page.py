"""One alert, whole."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from detectors.model import Attachment, Forward, State
from detectors.watchlist import compile_watchlist
from storage import alerts, decisions
from tests.desk.house import ENTITIES, SALE, SEEN_AT, words


class TestAlert:
    def test_shows_what_was_found(self, house):
        """Text, reasons, claim, organisations, clocks, place and evidence on one page."""
        number = house.publish(
            f"{SALE} https://files.test/a.zip mot de passe: x",
            url="https://t.me/c/1/1",
            author="Vendeur",
            files=(Attachment(name="base.zip", size=86_400_000, file_id="f-1"),),
            forwarded_from=Forward(name="Canal", place="telegram:2", ref="9"),
            reply_to="77",
            topic="Ventes",
            views="1.2K",
            is_edited=True,
        )
        alert = alerts.find_alert(house.store, number)
        said = words(house.page(f"/alerts/{number}"))

        for what in (
            "names a watched establishment",
            "12,000 patients",
            "@vendeur_invente",
            "hxxps://files[.]test/a.zip",
            "base.zip 86.4 MB",
            "f-1",
            "given",
            "example:clinic-01 establishment 100% named",
            "hxxps://t[.]me/c/1/1",
            "Canal telegram:2 9",
            "Answers77",
            "TopicVentes",
            "Views1.2K as the place counts",
            "Editedthe place says so, not when",
            "TLP:AMBER",
            "Decidednot yet",
            f"Sealed sha256{alert.latest.sealed_sha256}",
        ):
            assert what in said

    def test_marks_what_was_found(self, house):
        """A mark says by its title what it is, its disguise decoded."""
        page = house.page(f"/alerts/{house.publish('Vends base patients M3d1vell3')}")

        assert re.search(
            r'<mark class="named" title="Médivelle .*disguised: M3d1vell3 → medivelle">M3d1vell3</mark>', page
        )
        assert '<mark class="claim" title="a word of a sale">Vends</mark>' in page

    def test_marks_titles_and_file_names(self, house):
        """What is found beside the text is marked where it stands."""
        files = (Attachment(name="Clinique Hespérion.zip"),)
        page = house.page(f"/alerts/{house.publish('Vends base patients', title='Médivelle dump', files=files)}")

        assert ">Médivelle</mark> dump" in page
        assert ">Clinique Hespérion</mark>.zip" in page

    def test_shows_every_revision(self, house):
        """Beside the one before it, with what went and what came."""
        number = house.publish("Vends base Clinique Hespérion", ref="5")
        house.publish("Vendu. Clinique Hespérion base", ref="5", seen_at=SEEN_AT + timedelta(hours=1))
        page = house.page(f"/alerts/{number}")

        assert re.search(r"<del>[^<]*Vends.*<ins>[^<]*Vendu", page, re.DOTALL)
        assert words(page).index("Revision 2") < words(page).index("Revision 1")

    def test_shows_one_revision_in_full(self, house):
        """An earlier revision can be read as the latest can."""
        number = house.publish("Vends base Clinique Hespérion", ref="5")
        house.publish("Vendu. Clinique Hespérion base", ref="5", seen_at=SEEN_AT + timedelta(hours=1))

        assert "This is revision 1, not the latest." in words(house.page(f"/alerts/{number}?revision=1"))
        assert 404 == house.client().get(f"/alerts/{number}?revision=3").status_code

    def test_tells_what_analysts_said(self, house):
        """State changes and confirmations, who and why."""
        number = house.publish()
        decisions.decide(house.store, number, State.CONFIRMED, "ana <b>", "sample seen")
        decisions.confirm(house.store, number, "example:clinic-01", "ben")
        said = words(house.page(f"/alerts/{number}"))

        assert "ana <b> new → confirmedsample seen" in said
        assert "ben confirms that this concerns example:clinic-01" in said
        assert "confirmed by ben" in said

    def test_leads_to_its_neighbours(self, house):
        """Previous and next follow the list the alert was opened from."""
        first, middle, other, last = (
            house.publish(ref=str(ref), source="other" if ref == 2 else "example") for ref in range(4)
        )

        assert {first, last} == set(
            re.findall(
                r'rel="(?:prev|next)" href="/alerts/([^"?]+)\?source=example"',
                house.page(f"/alerts/{middle}?source=example"),
            )
        )
        assert {other} == set(re.findall(r'rel="prev" href="/alerts/([^"?]+)', house.page(f"/alerts/{middle}")))

    def test_cuts_a_long_text_into_windows(self, house):
        """A text of a megabyte is read a window at a time, to its last character."""
        number = house.publish(SALE + "=" * 1_000_000 + "END")
        page = house.page(f"/alerts/{number}")
        last = house.page(f"/alerts/{number}?from=1000000")

        assert len(page) < 60_000
        assert "?revision=1&amp;from=20000" in page
        assert "END" in last
        assert "From the start" in last

    @pytest.mark.parametrize(
        "path", ["VF-2026-9999", "42", "VF-2026-0001'--", "%00", "..%2f..%2fetc", "VF-2026-0001/x", "é"]
    )
    def test_is_not_there(self, house, path):
        """An unknown number is a page of ours, whatever it is."""
        answer = house.client().get(f"/alerts/{path}")

        assert (404, True) == (answer.status_code, "There is no such page" in answer.text)


class TestInferred:
    def test_apart_from_who_is_named(self, house):
        """What the rows point to stands in a table of its own, with its basis, and is called inferred."""
        rows = "\n".join(
            f"NOM{n};Jeanne;1{n % 9}/06/1955;255069999999934;0639980{n:03};990000001" for n in range(10, 30)
        )
        place = replace(ENTITIES[0], id="finess:990000001", name="Clinique Hespérion", aliases=())
        watching = replace(house, watchlist=compile_watchlist([place, ENTITIES[1]]))
        number = watching.publish(f"Fuite Médivelle, patients :\nnom;prenom;ddn;nir;tel;finess\n{rows}")
        said = words(house.page(f"/alerts/{number}"))

        assert "Inferred from the rows, named by nobody" in said
        assert "Clinique Hespérionfiness:990000001 establishment" in said
        assert "its own number or code stands in the rows" in said
        assert said.index("example:vendor-01 vendor") < said.index("Inferred from the rows")

    def test_is_found_in_the_queue(self, house):
        """By its name, by its id, by its words; the line says that nobody gave the name."""
        rows = "\n".join(
            f"NOM{n};Jeanne;1{n % 9}/06/1955;255069999999934;0639980{n:03};990000001" for n in range(10, 30)
        )
        place = replace(ENTITIES[0], id="finess:990000001", name="Clinique Hespérion", aliases=())
        number = replace(house, watchlist=compile_watchlist([place])).publish(
            f"patients :\nnom;prenom;ddn;nir;tel;finess\n{rows}"
        )

        for asked in ("entity=hespérion", "entity=finess:990000001", "words=hesperion"):
            line = words(house.page(f"/?{asked}"))
            assert number in line
            assert "none named; inferred: Clinique Hespérion" in line

    def test_not_shown_where_there_is_none(self, house):
        """An alert without rows says nothing of it."""
        assert "Inferred" not in words(house.page(f"/alerts/{house.publish()}"))
