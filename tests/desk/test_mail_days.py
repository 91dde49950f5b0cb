"""Thirty days of mail over a change of clocks, against a real server that fails at every step, with kills."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.mail_server import REFUSALS, STEPS, MailServer, drawn, make_certificate
from benchmarks.mail_year import REFUSED, simulate

START = datetime(2026, 10, 10, 6, 30, tzinfo=UTC)


class TestThirtyDays:
    @pytest.mark.timeout(300)  # some fifteen seconds of a free machine; a busy one must not cut it off
    def test_one_digest_a_day_whatever_happens(self, tmp_path):
        """Killed processes, two schedulers, clocks set back, dropped connections: each day's digest once, none missing.

        The only double is the one whose answer was lost, and it has the same Message-ID. Every alert is told to
        everybody, no mail holds a personal value, and who is refused is written down.
        """
        chosen = random.Random(20261025)  # noqa: S311
        server = MailServer(make_certificate(tmp_path), drawn(chosen, 0.25), [REFUSED])
        server.start()
        try:
            days = simulate(tmp_path / "store", server, START, START + timedelta(days=30), chosen, kills=10)
        finally:
            server.stop()

        assert [] == days.problems
        assert 10 == days.kills
        assert days.mails >= 30 * 3
        assert set() == {*STEPS, *REFUSALS} - server.mailbox.met, "not every fault was met: choose another seed"
