"""What the poster asserts: an act upon data, and how much, for how much, of what years, with what in it, where.

    text ──> cues (claim_words, claim_cues) ──> the act (claim_acts)
    text, redacted ──> quantities, prices, period, fields, contacts, links, archives

The act comes first and costs little: most posts have none. The rest is read where there is one, from the redacted
text, because it is kept.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from detectors import claim_contacts, claim_fields, claim_quantities, claim_terms
from detectors.claim_acts import Decision, Signs, decide
from detectors.claim_contacts import Spans, size_in_bytes
from detectors.claim_cues import Found, cues_of, said, spelled_out
from detectors.claim_words import Cue
from detectors.model import Act, Attachment, Claim, Finding, FindingKind, RedactedText
from detectors.normalisation import Text, fold
from detectors.redaction import redact

__all__ = ["ActReading", "ClaimReading", "find_act", "find_claim", "size_in_bytes"]

_CONFIDENCE = 0.8
_TELLING = (Act.REPORT, Act.DENIAL)


@dataclass(frozen=True, slots=True)
class ActReading:
    """Which act a text is, and the words that say so."""

    act: Act | None
    findings: tuple[Finding, ...]
    french_patients: bool  # it speaks of the health data of people in France
    sells: bool = False  # a sale is spoken of, whoever speaks


@dataclass(frozen=True, slots=True)
class ClaimReading:
    """What a text claims, the words that say so, and the text as redacted for it."""

    claim: Claim | None
    findings: tuple[Finding, ...]
    french_patients: bool
    redacted: RedactedText | None = None


def find_act(text: Text, links: Sequence[str] = ()) -> ActReading:
    """Which act upon data a text is, if any: all that an alert's being one depends on.

    >>> find_act(fold("V3nds base de 491 840 patients")).act
    <Act.SALE: 'sale'>
    >>> find_act(fold("Fuite d'eau dans la salle des dossiers")).act is None
    True
    """
    read = said(text)
    cues = cues_of(read)
    french = Cue.HEALTH in cues.kinds and Cue.FRENCH in cues.kinds
    if cues.kinds.isdisjoint(_VOICES) and not (Cue.DATA in cues.kinds and _MONEY.search(read)):
        return ActReading(None, (), french)
    found = cues.found()
    found += [Found(Cue.MONEY, *span) for span in claim_terms.price_spans(read)]
    found += [Found(Cue.DATA, *span) for span in claim_contacts.archive_spans(text.folded)]
    signs = Signs(links=_links(text.raw, links), contacts=text.raw.count("@"), asks="?" in read)
    decision = decide(sorted(found, key=lambda each: each.start), read, signs)
    if decision is None:
        return ActReading(None, (), french)
    return ActReading(decision.act, (_finding(decision, text),), french, Cue.SELL in cues.kinds)


def find_claim(
    text: Text,
    files: Sequence[Attachment] = (),
    links: Sequence[str] = (),
    *,
    act: ActReading | None = None,
    shown: Sequence[Finding] = (),
    blocks: Spans = (),
    kept: Spans = (),
    key: bytes | None = None,
) -> ClaimReading:
    """What the poster asserts about data, if anything, whole. Blocks and kept spans are those of `redact`.

    `act` is what `find_act` said, where it was asked before; `shown` is the personal data found; under `key` an
    address or number to write to becomes a token.
    """
    act = act or find_act(text, links)
    if act.act is None:
        return ClaimReading(None, (), act.french_patients)
    redacted = redact(text, blocks=blocks, kept=kept)
    read = spelled_out(text.folded if redacted == text.raw else fold(redacted).folded)
    claim = Claim(
        act=act.act,
        actor=claim_contacts.actor(text.raw, redacted),
        quantities=claim_quantities.quantities(read),
        # What a report gives without a sale is a fine, or damages.
        prices=claim_terms.prices(read) if act.sells or act.act not in _TELLING else (),
        period=claim_terms.period(read),
        fields=claim_fields.fields(read),
        formats=claim_fields.formats(read),
        contacts=claim_contacts.contacts(text, redacted, blocks, shown, key),
        links=claim_contacts.links(text.raw, redacted, links),
        archives=claim_contacts.archives(text.raw, redacted, files),
        password_given=claim_contacts.password_given(read),
    )
    return ClaimReading(claim, act.findings, act.french_patients, redacted)


# A text that says none of these, and names no price, claims nothing, whatever else it says.
_VOICES = frozenset(
    (
        Cue.SELL,
        Cue.PRICE,
        Cue.FREE,
        Cue.TAKEN,
        Cue.TAKER,
        Cue.MIRROR,
        Cue.SEEK,
        Cue.THREAT,
        Cue.QUARREL,
        Cue.DENIED,
    )
)
_MONEY = re.compile("[$€£₽₺]")  # coins are words of a price


def _links(raw: str, hidden: Sequence[str]) -> int:
    return raw.count("http://") + raw.count("https://") + raw.count("hxxp") + len(hidden)


def _finding(decision: Decision, text: Text) -> Finding:
    start, end = text.raw_span(decision.by.start, decision.by.end)
    return Finding(
        kind=FindingKind.CLAIM,
        label=decision.act.value,
        start=start,
        end=end,
        confidence=_CONFIDENCE,
        reason=f"a word of a {decision.act.value}",
    )
