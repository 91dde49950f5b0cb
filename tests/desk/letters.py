"""Invented alerts, and the people who are told of them."""

from datetime import UTC, datetime, timedelta

from desk.digest import SourceTrouble, Watch
from desk.mail import Letterhead, Recipient
from detectors.model import Act, Severity, State, Tlp
from storage.changes import ChangeKind
from storage.coverage import Coverage
from storage.sources import HealthState
from storage.standing import Figures, Line, Marks, Standing

NOW = datetime(2026, 11, 27, 7, 0, tzinfo=UTC)
DESK = "https://desk.cert.test"
HEAD = Letterhead(sender="vigifuite@cert.test", desk_url=DESK, version="1.2.3", key=b"k" * 32)
FRENCH = Recipient(address="astreinte@cert.test", language="fr")
ENGLISH = Recipient(address="duty@cert.test", language="en")


def line(number: int, severity: Severity = Severity.HIGH, *names: str, **fields: object) -> Line:
    """An alert in a line."""
    known: dict[str, object] = {
        "id": number,
        "number": f"VF-2026-{number:04}",
        "severity": severity,
        "score": 0.9,
        "state": State.NEW,
        "tlp": Tlp.AMBER,
        "source": "annonces",
        "seen_at": NOW - timedelta(hours=2),
        "decided_at": None,
        "is_deleted": False,
        "act": Act.SALE,
        "amount": (12_000, "patients"),
        "entities": names or ("Laboratoire Fontarèche",),
        "changes": (ChangeKind.NEW,),
    }
    return Line(**(known | fields))  # type: ignore[arg-type]


def told(**parts: object) -> Standing:
    """What there is to tell; nothing unless said."""
    figures = Figures(
        new=8, new_before=3, new_mean=4.3, posts=18_234, posts_before=17_410, posts_mean=16_980, waiting={}
    )
    empty: dict[str, object] = {
        "marks": Marks(),
        "new": (),
        "changed": (),
        "waiting": (),
        "decided": (),
        "figures": figures,
        "log_lines": 1842,
        "log_head": "a3f19c02b7e44d1890aa",
    }
    return Standing(**(empty | parts))  # type: ignore[arg-type]


def watch() -> Watch:
    """Twelve of fourteen sources are read."""
    found = Coverage(
        watched=14,
        read=12,
        failed={HealthState.REFUSED: 1},
        silent=1,
        silent_for=timedelta(days=3),
        not_read=0,
        paused=0,
        not_enabled=0,
    )
    refused = SourceTrouble(name="forum-du-nord", state=HealthState.REFUSED, read_at=NOW - timedelta(hours=30))
    return Watch(coverage=found, troubles=[refused])
