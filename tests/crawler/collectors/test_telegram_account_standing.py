import json
from datetime import UTC, datetime

import pytest

from crawler.collectors.telegram_account_standing import COMMENTED, MOST_MISSING, NEVER, Standing


class TestBookmark:
    def test_there_and_back(self):
        """What is written down is read again, through JSON."""
        standing = Standing(
            ref=12,
            floor=3,
            marks={11: "ab", 12: "cd"},
            albums={5: 11},
            missing={7},
            channel_id=19,
            pts=44,
            must_reread=True,
            revisited_at=datetime(2026, 11, 22, tzinfo=UTC),
            former_name="annonces_bis",
            is_taken=True,
            comments={11: 2},
        )

        assert standing == Standing.of(json.loads(json.dumps(standing.bookmark())))

    @pytest.mark.parametrize(
        "bookmark",
        [
            {},
            {
                "ref": "12",
                "floor": None,
                "recent": [1],
                "albums": {"x": 1},
                "missing": "7",
                "channel_id": 19,
                "pts": True,
            },
            {"recent": {"11": 5}, "revisited_at": "yesterday", "former_name": 5, "is_taken": "yes", "comments": 3},
        ],
    )
    def test_what_is_no_word_of_ours_counts_for_nothing(self, bookmark):
        """Whatever stands there, a look can begin."""
        standing = Standing.of(bookmark)

        assert (None, None, {}, NEVER) == (standing.ref, standing.pts, standing.marks, standing.revisited_at)

    def test_of_the_web_preview(self):
        """It says how far it read; what it remembers of posts is of another form."""
        standing = Standing.of({"ref": 25, "channel_id": "19", "marks": {"25": "abcd"}, "revisited_at": "x"})

        assert (25, 25, 19, {}) == (standing.ref, standing.floor, standing.channel_id, standing.marks)

    def test_stays_small(self):
        """Whatever a channel does."""
        standing = Standing()
        standing.miss(range(10 * MOST_MISSING))
        for post in range(10 * COMMENTED):
            standing.heard(post, 1)

        assert (MOST_MISSING, COMMENTED) == (len(standing.missing), len(standing.comments))


class TestIsLate:
    @pytest.mark.parametrize(("ref", "is_late"), [(3, False), (4, True), (5, False), (9, True), (10, False)])
    def test_between_the_floor_and_the_newest(self, ref, is_late):
        """What is not remembered there was not taken in."""
        assert is_late == Standing(ref=9, floor=3, marks={5: "ab"}).is_late(ref)
