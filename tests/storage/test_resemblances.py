"""Alerts that resemble each other, as kept. Everybody and everything is invented."""

from collections.abc import Callable

from detectors.model import Post
from storage.alerts import Kept, find_alert, list_alerts
from storage.filters import AlertFilter
from storage.resemblances import MOST_SHOWN
from storage.store import Store

Keeping = Callable[..., Kept | None]
MakePost = Callable[..., Post]
FIRST, SECOND = "VF-2026-0001", "VF-2026-0002"


class TestResemblances:
    def test_both_ways(self, store: Store, keep_post: Keeping, make_post: MakePost):
        """The later was seen before, the earlier was not; each knows the other and why."""
        keep_post(make_post("Vends base Quorvane, 491 840 patients", ref="1"))
        keep_post(make_post("Fontarèche labo, base gratuite : 491 840 patients", ref="2"))
        first, second = find_alert(store, FIRST), find_alert(store, SECOND)
        assert first is not None
        assert second is not None

        assert [(SECOND, ("same unusual figure",))] == [(each.number, each.why) for each in first.resembles]
        assert [(FIRST, ("same unusual figure",))] == [(each.number, each.why) for each in second.resembles]
        assert (0, 1) == (len(first.seen_before), len(second.seen_before))

    def test_listed(self, store: Store, keep_post: Keeping, make_post: MakePost):
        """The list knows them too."""
        for ref in "12":
            keep_post(make_post(f"Vends base Quorvane à {ref}00 euros @korb_le_vendeur", ref=ref))

        assert {FIRST: 1, SECOND: 1} == {
            alert.number: len(alert.resembles) for alert in list_alerts(store, AlertFilter())
        }

    def test_a_revision_finds_more(self, store: Store, keep_post: Keeping, make_post: MakePost):
        """What an edit adds is compared as well, and two alerts are noted once."""
        keep_post(make_post("Vends base Quorvane @korb_le_vendeur", ref="1"))
        keep_post(make_post("Vends base Fontarèche labo", ref="2"))
        keep_post(make_post("Vends base Fontarèche labo @korb_le_vendeur", ref="2"))
        keep_post(make_post("Vends base Quorvane 500 euros @korb_le_vendeur", ref="1"))
        alert = find_alert(store, SECOND)

        assert [(FIRST, ("same contact",))] == [(each.number, each.why) for each in (alert.resembles if alert else ())]

    def test_no_more_than_can_be_shown(self, store: Store, keep_post: Keeping, make_post: MakePost):
        """A post copied without end is tied to the earliest copies."""
        for number in range(MOST_SHOWN + 2):
            keep_post(make_post(f"Vends base Quorvane {number}00 euros @korb_le_vendeur", ref=str(number)))
        alert = find_alert(store, f"VF-2026-{MOST_SHOWN + 2:04}")

        assert [FIRST, MOST_SHOWN] == ([alert.resembles[0].number, len(alert.resembles)] if alert else [])

    def test_strangers(self, store: Store, keep_post: Keeping, make_post: MakePost):
        """Two offers with nothing in common stay apart."""
        keep_post(make_post("Vends base Quorvane", ref="1"))
        keep_post(make_post("Fontarèche labo, dump gratuit", ref="2"))
        alert = find_alert(store, SECOND)

        assert alert is not None
        assert () == alert.resembles
