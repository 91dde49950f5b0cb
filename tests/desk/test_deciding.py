"""What is done on pages: deciding, alone and against somebody, silencing, keeping filters, importing, inviting."""

import io
import re

from detectors.model import State
from storage import accounts, decisions, desk_sweeps, queue, suppressions, watchlists
from storage.alerts import find_alert
from storage.desk_sweeps import SweepState
from tests.desk.house import words


class TestDecide:
    def test_shows_a_conflict_and_loses_no_word(self, house):
        """The second analyst reads what the first decided, with his own words still in the form."""
        number = house.publish()
        client = house.client("analyst")
        seen = find_alert(house.store, number).version
        decisions.decide(house.store, number, State.CONFIRMED, "lead", "called them")
        form = {"state": "false positive", "version": str(seen), "comment": "a namesake, I think", "reason": "homonym"}
        answer = client.post(f"/alerts/{number}/decide", data=form)
        said = words(answer.text)

        assert 409 == answer.status_code
        assert "Somebody else decided meanwhile" in said
        assert "lead: new → confirmedcalled them" in said
        assert 'value="a namesake, I think"' in answer.text
        assert State.CONFIRMED == find_alert(house.store, number).state
        again = {**form, "version": re.search(r'name="version" value="(\d+)"', answer.text)[1]}
        client.post(f"/alerts/{number}/decide", data=again)
        assert State.FALSE_POSITIVE == find_alert(house.store, number).state

    def test_goes_on_to_the_next_alert(self, house):
        """The one behind it in the list it was opened from; the way back is offered."""
        first, last = house.publish(ref="1"), house.publish(ref="2")
        form = {"state": "closed", "version": "0", "query": ""}
        answer = house.client("analyst").post(f"/alerts/{last}/decide", data=form)

        assert answer.url.path == f"/alerts/{first}"
        assert "1 alert decided." in answer.text
        assert "data-undo" in answer.text

    def test_leaves_those_alone_that_others_decided(self, house):
        """Of many at once, what moved on is named."""
        one, two = house.publish(ref="1"), house.publish(ref="2")
        decisions.decide(house.store, two, State.CONFIRMED, "lead")
        form = {"alert": [f"{one}:0", f"{two}:0"], "state": "duplicate"}
        said = words(house.client("analyst").post("/alerts", data=form).text)

        assert "1 alert decided." in said
        assert f"left as they are: {two}" in said

    def test_silences_what_is_like_it(self, house):
        """A false positive with a rule, in one step: scoped, reasoned, ending."""
        number = house.publish()
        form = {"version": "0", "entity": "example:clinic-01", "source": "1", "days": "30", "comment": "a namesake"}
        house.client("analyst").post(f"/alerts/{number}/silence", data=form)
        [made] = suppressions.rules(house.store)

        assert ("example:clinic-01", "example", f"{number}: a namesake", "analyst") == (
            made.entity_id, made.source, made.reason, made.author
        )  # fmt: skip
        assert 30 == (made.expires_at - made.made_at).days
        assert State.FALSE_POSITIVE == find_alert(house.store, number).state

    def test_silences_no_whole_source(self, house):
        """A rule without an organisation or words is refused, and nothing is decided."""
        number = house.publish()
        answer = house.client("analyst").post(f"/alerts/{number}/silence", data={"version": "0", "comment": "x"})

        assert (400, ()) == (answer.status_code, suppressions.rules(house.store))
        assert State.NEW == find_alert(house.store, number).state

    def test_confirms_an_organisation_somebody_watches(self, house):
        """By its id; one nobody watches is refused."""
        number, client = house.publish(), house.client("analyst")
        known = client.post(f"/alerts/{number}/confirm", data={"entity": "example:vendor-01", "comment": "they rang"})
        unknown = client.post(f"/alerts/{number}/confirm", data={"entity": "nobody"})

        assert "confirms that this concerns example:vendor-01they rang" in words(known.text)
        assert 400 == unknown.status_code

    def test_verifies_the_evidence(self, house):
        """And says so when a sealed file was altered."""
        number, client = house.publish(), house.client("reader")
        assert "is as it was sealed" in client.post(f"/alerts/{number}/verify").text
        next(house.store.captures.glob("*/*.age")).write_bytes(b"altered")

        assert "is not as it was sealed" in client.post(f"/alerts/{number}/verify").text


class TestQueue:
    def test_keeps_a_filter_under_a_name(self, house):
        """One's own, and gone when forgotten."""
        house.publish()
        client = house.client("reader")
        page = client.post("/filters", data={"name": "mes ventes", "query": "severity=high&words=vends"}).text
        [kept] = queue.saved_filters(house.store, queue_owner(house, "reader"))

        assert 'href="/?severity=high&amp;words=vends"' in page
        assert "mes ventes" not in house.page("/", "analyst")
        client.post(f"/filters/{kept.id}/forget")
        assert () == queue.saved_filters(house.store, queue_owner(house, "reader"))

    def test_searches_for_no_person(self, house):
        """What identifies somebody is refused, not looked for."""
        for asked in ("2550699999999 34", "jeanne.exemple@courriel.test", "06 39 98 00 11"):
            answer = house.client().get("/", params={"words": asked})

            assert (400, True) == (answer.status_code, "does not search for people" in answer.text)
            assert asked not in answer.text

    def test_exports_no_formula(self, house):
        """A spreadsheet opens the file and runs nothing."""
        house.publish(source="=cmd|'/C calc'!A0")
        answer = house.client("reader").get("/export/csv")

        assert 'attachment; filename="vigifuite-' in answer.headers["content-disposition"]
        assert "\"'=cmd|" in answer.text
        assert "sandbox" in answer.headers["content-security-policy"]


class TestWatchlist:
    def test_imports_after_showing_what_would_change(self, house):
        """Nothing is changed before it is taken over."""
        client = house.client()
        file = {"file": ("own.csv", io.BytesIO(b"id;kind;name\nown:1;vendor;Nordelune\n"), "text/csv")}
        shown = client.post("/watchlist/import", files=file, data={"format": "auto"})
        assert "Nordelune" in shown.text
        assert [] == list(watchlists.imported(house.store))
        client.post(shown.url.path)

        assert ["Nordelune"] == [entity.name for entity in watchlists.imported(house.store, "own")]

    def test_takes_no_people(self, house):
        """A register with somebody's number in it is refused whole."""
        file = {"file": ("own.csv", io.BytesIO(b"id;name\nown:1;2550699999999 34\n"), "text/csv")}
        answer = house.client().post("/watchlist/import", files=file, data={"format": "auto"})

        assert (400, True) == (answer.status_code, "social-security" in answer.text)
        assert "2550699999999" not in answer.text

    def test_tests_a_text(self, house):
        """Which name, how it was disguised, whether it is a claim."""
        said = words(house.client("reader").post("/watchlist/test", data={"text": "Vends base M3d1vell3"}).text)

        assert "Médivelle Informatique" in said
        assert "M3d1vell3 → medivelle" in said
        assert "Claim: sale" in said

    def test_mends_an_organisation_by_hand(self, house):
        """It stands beside what registers say, and can be taken back."""
        client = house.client()
        form = {"id": "example:vendor-01", "name": "Médivelle", "kind": "vendor", "aliases": "MDV\nMedi-velle"}
        client.post("/watchlist/entity", data=form)
        [own] = watchlists.imported(house.store, "desk")
        client.post("/watchlist/entity/remove", data={"id": "example:vendor-01"})

        assert ("Médivelle", ("MDV", "Medi-velle")) == (own.name, own.aliases)
        assert [] == list(watchlists.imported(house.store, "desk"))


class TestSweeps:
    def test_starts_watches_and_cancels(self, house):
        """What was asked is shown with how far it came."""
        client = house.client("analyst")
        page = client.post("/sweeps", data={"target": "@canal_invente", "since": "2026-01-01", "most": "50"})
        assert 'http-equiv="refresh"' in page.text
        [sweep] = desk_sweeps.latest(house.store)
        client.post(f"/sweeps/{sweep.id}/cancel")

        assert [sweep.id] == house.sweeps.cancelled
        assert ("@canal_invente", 50, "analyst") == (sweep.asked.target, sweep.asked.most, sweep.asked.asked_by)
        assert 400 == client.post(f"/sweeps/{sweep.id}/resume").status_code
        desk_sweeps.end(house.store, sweep.id, SweepState.CANCELLED, desk_sweeps.Count(posts=3), house.now())
        client.post(f"/sweeps/{sweep.id}/resume")

        assert 2 == len(desk_sweeps.latest(house.store))


class TestPeople:
    def test_gives_a_link_once(self, house):
        """It makes an account with the role that was chosen."""
        page = house.client("admin").post("/people", data={"role": "lead"}).text
        link = re.search(r"/welcome/[\w-]{43}", page)[0]

        assert "Role: lead" in words(house.client(None).get(link).text)
        assert link not in house.page("/people", "admin")

    def test_ends_a_session(self, house):
        """Whoever it belonged to is out."""
        reader, admin = house.client("reader"), house.client("admin")
        digest = re.search(r"/people/sessions/([0-9a-f]{64})/end", admin.get("/people").text.partition("reader")[2])[1]
        admin.post(f"/people/sessions/{digest}/end")

        assert 1 == [c.get("/", follow_redirects=False).status_code for c in (reader, admin)].count(303)


def queue_owner(house, name):

    return accounts.find_user(house.store, name).id
