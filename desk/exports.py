"""Alerts as files to take away: JSON lines as the contract says, and CSV no spreadsheet runs anything of."""

import csv
import io
import json
from collections.abc import Iterable, Iterator

from starlette.responses import Response

from storage.alerts import StoredAlert
from storage.public_form import alert_json

_COLUMNS = ("alert", "severity", "state", "assignee", "tlp", "posted", "seen", "decided", "who", "what", "source",
            "place", "ref", "reasons")  # fmt: skip
# A cell that begins so is a formula somewhere: ASCII and full-width forms.
_FORMULA = "=+-@\t\r\n\0|%＝＋－＠｜％"
_BEFORE = " \u00a0\u2000\u2001\u2002\u2003\u2007\u2009\u200a\u200b\u200c\u200d\u2060\u3000\ufeff"


def attachment(content: str | bytes, name: str, kind: str) -> Response:
    """A file to keep: never shown, never run, of no other page's business."""
    return Response(
        content,
        media_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


def json_lines(alerts: Iterable[StoredAlert]) -> str:
    """One alert a line, as `vigifuite alerts list --json` gives it."""
    return "".join(json.dumps(alert_json(alert), ensure_ascii=False) + "\n" for alert in alerts)


def csv_table(alerts: Iterable[StoredAlert]) -> str:
    """One alert a row; every cell quoted, none a formula."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for alert in alerts:
        writer.writerow(map(harmless, _row(alert)))
    return "\ufeff" + written.getvalue()


def harmless(cell: str) -> str:
    """A cell no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless(" \u200b@x"), harmless("12 000 patients")
    ("'=1+1", "' \u200b@x", '12 000 patients')
    """
    return f"'{cell}" if cell.lstrip(_BEFORE)[:1] in tuple(_FORMULA) else cell


def _row(alert: StoredAlert) -> Iterator[str]:
    reading = alert.latest.reading
    yield from (alert.number, alert.severity.label, alert.state.value, alert.assignee or "", alert.tlp.value)
    for moment in (alert.posted_at, alert.seen_at, alert.decided_at):
        yield moment.isoformat(timespec="seconds") if moment else ""
    yield ", ".join(dict.fromkeys(mention.name for mention in reading.mentions))
    yield reading.claim.act.value if reading.claim else "data shown"
    yield from (alert.source, alert.place, alert.ref, "; ".join(reading.reasons))
