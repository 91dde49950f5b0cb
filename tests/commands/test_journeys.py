from datetime import UTC, datetime, timedelta

import pytest

from commands.journeys import Wanted, in_words, progress, share_of, sweep_name
from crawler.source import Source

SOURCE = Source(name="sweep:annonces", kind="telegram-account", target="@Annonces", interval=0)


def wanted(since: str | None = "2024-01-01", search: str = "") -> Wanted:
    moment = datetime.fromisoformat(since).replace(tzinfo=UTC) if since else None
    return Wanted(since=moment, until=None, search=search, words=[])


class TestSweepName:
    def test_tells_what_was_asked(self):
        """The same sweep has the same name, another one another; words stand in it as a digest alone."""
        names = [
            sweep_name(SOURCE, wanted()),
            sweep_name(SOURCE, wanted("2025-01-01")),
            sweep_name(SOURCE, wanted(None)),
            sweep_name(SOURCE, wanted(search="Jeanne Exemple")),
        ]

        assert names[0] == sweep_name(SOURCE, wanted())
        assert 4 == len(set(names))
        assert "sweep @annonces 2024-01-01" == names[0]
        assert "Jeanne" not in names[3]


class TestProgress:
    @pytest.mark.parametrize(
        ("bookmark", "share"),
        [
            ({"first": 100, "ref": 150, "newest": 300}, 0.25),
            ({"first": 100, "ref": 400, "newest": 300}, 1.0),
            ({"first": 7, "ref": 7, "newest": 7}, 1.0),
            ({"ref": 5}, None),
            ({}, None),
        ],
    )
    def test_share(self, bookmark, share):
        """By numbers of posts, which rise with time."""
        assert share == share_of(bookmark)

    def test_said(self):
        """The date reached, the share, and the time left at the speed so far, once there is one."""
        bookmark = {"moment": "2024-05-01T10:00:00+00:00"}

        assert "2024-05-01, 50 %, 1 min left" == progress(bookmark, 0.5, 0.25, 30)
        assert "50 %" == progress({}, 0.5, 0, 30)

    @pytest.mark.parametrize(
        ("duration", "said"),
        [
            (timedelta(days=1, hours=3, minutes=5), "1 d 3 h"),
            (timedelta(seconds=61), "1 min 1 s"),
            (timedelta(), "0 s"),
        ],
    )
    def test_in_words(self, duration, said):
        """The two largest units."""
        assert said == in_words(duration)
