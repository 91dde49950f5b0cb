"""Whom posts are matched against: looked up, tried, mended by hand, imported with a diff; and what is silenced."""

import io
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from starlette.responses import Response

from desk.asking import Ask, RefusedError
from desk.desk import Desk, PendingImport
from desk.languages import marked as _
from detectors.claims import find_claim
from detectors.explaining import explain
from detectors.model import Entity, EntityKind, RedactedText
from detectors.normalisation import fold
from detectors.redaction import redact_string
from detectors.registers import RegisterError, read_register, refuse_personal_terms
from detectors.suppression import PhraseError, applying, checked_phrase
from storage import suppressions, watchlists
from storage.suppressions import CountedRule, NewRule

OWN_REGISTER = "desk"  # what is written here by hand
_FOUND = 50
_LONGEST_TEST = 20_000  # characters
_MOST_PENDING = 4
_PENDING_FOR = timedelta(minutes=30)
_SHOWN_CHANGES = 40  # of each kind
_RULE_DAYS = ("30", "90", "180", "365")
_LISTS = ("aliases", "domains", "uses")
_TEXTS = ("city", "postcode", "department", "parent", "contact", "ambiguous")


def watchlist_page(desk: Desk, ask: Ask) -> Response:
    """Search, test box, imports, rules."""
    return _page(desk, ask)


def test(desk: Desk, ask: Ask) -> Response:
    """What would match in a text, and why. The text is not kept."""
    raw = ask.form.secret("text")[:_LONGEST_TEST] or ask.form.one("text", _LONGEST_TEST)
    folded = fold(raw)
    watchlist = desk.services.watchlist()
    sightings = watchlist.sightings_of([folded])[0]
    rules = [rule for rule in suppressions.rules(desk.store) if not _is_over(rule.expires_at, desk.clock())]
    silenced = [(sighting.name, rule) for sighting in sightings for rule in applying(sighting, {"text": folded}, rules)]
    claim = find_claim(folded).claim
    return _page(
        desk,
        ask,
        tested={
            "text": raw,
            "mentions": watchlist.mentions(folded),
            "why": explain(watchlist, folded),
            "silenced": silenced,
            "act": claim.act if claim else None,
        },
    )


def entity_page(desk: Desk, ask: Ask) -> Response:
    """One organisation, and what was written here by hand about it."""
    entity_id = ask.query.get("id", "")[:200]
    known = desk.directory().find(entity_id)
    own = _own(desk).get(entity_id)
    if entity_id and known is None and own is None:
        return desk.message(ask, 404, "not found")
    return _entity(desk, ask, known, own)


def save_entity(desk: Desk, ask: Ask) -> Response:
    """Write an organisation down by hand, beside what registers say of it."""
    form = ask.form
    entity_id = form.one("id", 100) or f"desk:{secrets.token_hex(4)}"
    kind = next((kind for kind in EntityKind if kind.value == form.one("kind")), EntityKind.ESTABLISHMENT)
    texts = {name: form.one(name, 300) or None for name in _TEXTS}
    lists = {name: _listed(form.one(name, 2_000)) for name in _LISTS}
    entity = Entity(
        id=entity_id,
        kind=kind,
        name=form.one("name", 200),
        aliases=lists["aliases"],
        city=texts["city"],
        postcode=texts["postcode"],
        department=texts["department"],
        domains=lists["domains"],
        uses=lists["uses"],
        parent=texts["parent"],
        contact=texts["contact"],
        ambiguous=texts["ambiguous"],
        source=f"{OWN_REGISTER}: {ask.who.name}",
    )
    try:
        if not entity.name:
            raise RefusedError(desk.say(ask, _("an organisation needs a name")))
        refuse_personal_terms(entity, 1)
    except RegisterError as error:
        raise RefusedError(str(error).partition(": ")[2]) from None
    own = {**_own(desk), entity_id: entity}
    watchlists.replace(desk.store, OWN_REGISTER, list(own.values()))
    return desk.back(f"/watchlist?saved={entity_id}&words={entity_id}")


def remove_entity(desk: Desk, ask: Ask) -> Response:
    """Take back what was written here by hand; what registers say stays."""
    own = _own(desk)
    own.pop(ask.form.one("id", 200), None)
    watchlists.replace(desk.store, OWN_REGISTER, list(own.values()))
    return desk.back("/watchlist")


def send_import(desk: Desk, ask: Ask) -> Response:
    """Read a register that was sent, and show what it would change; nothing is changed yet."""
    sent = ask.form.files.get("file")
    if sent is None or not sent.content:
        raise RefusedError(desk.say(ask, _("choose a file first")))
    left_out: list[RegisterError] = []
    chosen = ask.form.one("format")
    try:
        entities = tuple(
            read_register(
                io.BytesIO(sent.content),
                "csv" if chosen == "csv" else "finess" if chosen == "finess" else "auto",
                left_out.append,
            )
        )
    except RegisterError as error:
        not_taken = desk.say(ask, _("the file was not taken"))
        raise RefusedError(f"{not_taken}: {error}") from None
    if not entities:
        raise RefusedError(desk.say(ask, _("the file holds no organisation")))
    is_finess = all(entity.id.startswith("finess:") for entity in entities)
    stem = PurePosixPath(sent.name.replace("\\", "/")).stem[:64] or "import"
    token, now = secrets.token_hex(16), desk.clock()
    for old in [key for key, pending in desk.imports.items() if now - pending.at > _PENDING_FOR]:
        del desk.imports[old]
    while len(desk.imports) >= _MOST_PENDING:
        del desk.imports[next(iter(desk.imports))]
    name = "finess" if is_finess else str(redact_string(stem))
    desk.imports[token] = PendingImport(name=name, entities=entities, by=ask.who.name, at=now)
    return desk.back(f"/watchlist/import/{token}")


def import_page(desk: Desk, ask: Ask) -> Response:
    """What the register that was sent would change."""
    pending = _pending(desk, ask)
    diff = watchlists.difference(desk.store, pending.name, pending.entities)
    names = {entity.id: entity.name for entity in pending.entities}
    return desk.page(
        ask,
        "import.html",
        pending=pending,
        diff=diff,
        names=names,
        most=_SHOWN_CHANGES,
        token=ask.params["token"],
    )


def take_over(desk: Desk, ask: Ask) -> Response:
    """Replace what this register gave before by what it gives now."""
    pending = _pending(desk, ask)
    watchlists.replace(desk.store, pending.name, pending.entities)
    desk.imports.pop(ask.params["token"], None)
    return desk.back("/watchlist?imported=1")


def add_rule(desk: Desk, ask: Ask) -> Response:
    """Make a suppression rule: at least an organisation or words, a reason, an end."""
    form = ask.form
    entity_id, source = form.one("entity") or None, form.one("source") or None
    phrase = _phrase(form.one("phrase", 200))
    reason = form.one("reason", 500)
    if not (entity_id or phrase):
        raise RefusedError(
            desk.say(ask, _("a rule needs an organisation or words: a whole source is not silenced here"))
        )
    if not reason:
        raise RefusedError(desk.say(ask, _("say why, for whoever reads it later")))
    if entity_id and desk.directory().find(entity_id) is None:
        raise RefusedError(desk.say(ask, _("no organisation has this id: look it up in the watchlist")))
    days = int(form.one("days")) if form.one("days") in _RULE_DAYS else 90
    now = desk.clock()
    suppressions.add(
        desk.store,
        NewRule(
            entity_id=entity_id,
            source=source,
            phrase=phrase,
            reason=redact_string(reason),
            author=ask.who.name,
            made_at=now,
            expires_at=now + timedelta(days=days),
        ),
    )
    return desk.back("/watchlist#rules")


def remove_rule(desk: Desk, ask: Ask) -> Response:
    """Forget a rule: what it silenced counts again."""
    suppressions.remove(desk.store, int(ask.params["id"]))
    return desk.back("/watchlist#rules")


def _phrase(text: str) -> RedactedText | None:
    try:
        return checked_phrase(text) if text else None
    except PhraseError as error:
        raise RefusedError(str(error)) from None


def _pending(desk: Desk, ask: Ask) -> PendingImport:
    pending = desk.imports.get(ask.params["token"])
    if pending is None:
        raise RefusedError(desk.say(ask, _("this import was not finished in half an hour: send the file again")), 404)
    return pending


def _own(desk: Desk) -> dict[str, Entity]:
    return {entity.id: entity for entity in watchlists.imported(desk.store, OWN_REGISTER)}


def _listed(cell: str) -> tuple[str, ...]:
    parts = (part.strip() for line in cell.splitlines() for part in line.split("|"))
    return tuple(dict.fromkeys(part for part in parts if part))


def _entity(desk: Desk, ask: Ask, known: Entity | None, own: Entity | None) -> Response:
    return desk.page(
        ask,
        "entity.html",
        known=known,
        own=own,
        form=own or (replace(known, aliases=(), domains=(), uses=()) if known else None),
        kinds=tuple(EntityKind),
        department=desk.directory().department(known.id) if known else None,
    )


def _is_over(expires_at: datetime | None, now: datetime) -> bool:
    return expires_at is not None and expires_at <= now


def _rules(desk: Desk) -> Sequence[CountedRule]:
    """Those in force first, the newest before the others."""
    now = desk.clock()
    return sorted(
        suppressions.counted(desk.store), key=lambda each: (_is_over(each.rule.expires_at, now), -each.rule.id)
    )


def _page(desk: Desk, ask: Ask, tested: dict[str, object] | None = None) -> Response:
    words = ask.query.get("words", "").strip()[:200]
    directory = desk.directory()
    return desk.page(
        ask,
        "watchlist.html",
        asked=words,
        found=list(directory.search(words, _FOUND + 1)) if words else [],
        most=_FOUND,
        size=len(directory),
        registers=watchlists.registers(desk.store),
        rules=_rules(desk),
        now=desk.clock(),
        days=_RULE_DAYS,
        source_names=sorted(line.name for line in desk.services.sources()),
        tested=tested,
        saved=ask.query.get("saved", "")[:200],
        imported=bool(ask.query.get("imported")),
        directory=directory,
    )
