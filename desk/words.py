"""Words of the other rooms as the desk says them: marked here for the catalogue, translated where they are shown.

`_` only marks. The keys are the values as they are stored.
"""

from desk.languages import marked as _
from detectors.model import Act, EntityKind, Severity, State
from storage.accounts import Role
from storage.decisions import Reason
from storage.desk_sweeps import SweepState
from storage.outbox import Kind, Sending
from storage.sources import HealthState

SEVERITIES = {
    Severity.LOW: _("low"),
    Severity.MEDIUM: _("medium"),
    Severity.HIGH: _("high"),
    Severity.CRITICAL: _("critical"),
}
STATES = {
    State.NEW: _("new"),
    State.IN_REVIEW: _("in review"),
    State.CONFIRMED: _("confirmed"),
    State.FALSE_POSITIVE: _("false positive"),
    State.DUPLICATE: _("duplicate"),
    State.CLOSED: _("closed"),
}
REASONS = {
    Reason.HOMONYM: _("homonym"),
    Reason.JOB_OFFER: _("job offer"),
    Reason.PRESS: _("press or research"),
    Reason.NO_LEAK: _("no leak is spoken of"),
    Reason.NOT_HEALTH: _("no health data"),
    Reason.FABRICATED: _("fabricated"),
    Reason.OLD_LEAK: _("known leak, nothing new"),
    Reason.SAME_POST: _("same post"),
    Reason.SAME_LEAK: _("same leak"),
    Reason.VERIFIED: _("verified with the establishment"),
    Reason.CONVINCING: _("extract is convincing"),
    Reason.HANDED_OVER: _("handed over"),
    Reason.NOTIFIED: _("establishment notified"),
    Reason.OTHER: _("other"),
}
ACTS = {
    Act.SALE: _("sale"),
    Act.FREE: _("given away"),
    Act.LEAK: _("leak"),
    Act.MIRROR: _("mirror"),
    Act.REQUEST: _("request"),
    Act.THREAT: _("threat"),
    Act.DISPUTE: _("dispute"),
    Act.REPORT: _("press report"),
    Act.DENIAL: _("denial"),
}
ACTS_IN_FULL = {
    Act.SALE: _("offered for sale"),
    Act.FREE: _("given away, with a way to get it"),
    Act.LEAK: _("possession asserted, neither price nor link"),
    Act.MIRROR: _("the same thing again, elsewhere"),
    Act.REQUEST: _("asked for"),
    Act.THREAT: _("threatened with"),
    Act.DISPUTE: _("quarrelled about"),
    Act.REPORT: _("reported: news, research, a court"),
    Act.DENIAL: _("denied"),
}
KINDS = {
    EntityKind.VENDOR: _("vendor"),
    EntityKind.PRODUCT: _("product"),
    EntityKind.ESTABLISHMENT: _("establishment"),
    EntityKind.NETWORK: _("network"),
}
ROLES = {"named": _("named"), "inferred": _("inferred"), "confirmed": _("confirmed")}
MAY = {
    Role.READER: _("reader"),
    Role.ANALYST: _("analyst"),
    Role.LEAD: _("lead"),
    Role.ADMIN: _("administrator"),
}
HEALTH = {
    HealthState.OK: _("ok"),
    HealthState.QUIET: _("quiet"),
    HealthState.WAITING: _("waiting"),
    HealthState.UNREACHABLE: _("unreachable"),
    HealthState.CHANGED: _("changed"),
    HealthState.REFUSED: _("refused"),
    HealthState.GONE: _("gone"),
    HealthState.RENAMED: _("renamed"),
    HealthState.TAKEN: _("taken by another"),
    HealthState.PRIVATE: _("private"),
    HealthState.BUSY: _("busy"),
    HealthState.FROZEN: _("account frozen"),
    HealthState.REVOKED: _("account signed out"),
    HealthState.GAP: _("with a gap"),
}
MAILS = {Kind.DIGEST: _("digest"), Kind.NOTICE: _("notice"), Kind.WEBHOOK: _("webhook")}
SENDING = {
    Sending.WAITING: _("waiting"),
    Sending.SENT: _("sent"),
    Sending.REFUSED: _("refused by the other side"),
    Sending.GIVEN_UP: _("given up"),
    Sending.NOT_NEEDED: _("not needed"),
}
SOURCE_STATES = {"paused": _("paused"), "not enabled": _("not enabled")}
SWEEPS = {
    SweepState.RUNNING: _("running"),
    SweepState.DONE: _("done"),
    SweepState.FAILED: _("failed"),
    SweepState.CANCELLED: _("cancelled"),
    SweepState.INTERRUPTED: _("interrupted"),
}
UNITS = {
    "patients": _("patients"),
    "people": _("people"),
    "rows": _("rows"),
    "records": _("records"),
    "files": _("files"),
    "accounts": _("accounts"),
    "GB": _("GB"),
    "MB": _("MB"),
}
PERSONAL = {
    "nir": _("social-security number"),
    "email": _("e-mail"),
    "phone": _("telephone"),
    "name": _("name"),
    "first_name": _("first name"),
    "birth_date": _("birth date"),
    "birth_place": _("birth place"),
    "sex": _("sex"),
    "address": _("postal address"),
    "postcode": _("postcode"),
    "city": _("town"),
    "iban": _("IBAN"),
    "rpps": _("RPPS number"),
    "adeli": _("ADELI number"),
    "patient_id": _("patient number"),
    "password": _("password"),
    "blood_group": _("blood group"),
    "diagnosis": _("diagnosis"),
    "drug": _("drug"),
    "comment": _("remark about a person"),
    "nir_key": _("key of the number"),
    "site": _("site"),
    "prescriber": _("prescriber"),
    "doctor": _("doctor"),
    "finess": _("FINESS number"),
    "insurer": _("insurer"),
    "pathology": _("illness"),
    "treatment": _("treatment"),
    "test_result": _("test result"),
    "login": _("login"),
    "date": _("date"),
    "flag": _("yes or no"),
    "number": _("number"),
    "text": _("text"),
    "empty": _("empty"),
}
VERDICTS = {
    "consistent": _("consistent"),
    "doubtful": _("doubtful"),
    "fabricated": _("fabricated"),
    "recycled": _("recycled"),
}
WHY_ALIKE = {
    each: each
    for each in (
        _("same text"),
        _("nearly the same text"),
        _("same unusual figure"),
        _("same file name and size"),
        _("same archive name"),
        _("same link"),
        _("same contact"),
        _("forwarded from the same post"),
    )
}
WHAT_TO_DO = {
    each: each
    for each in (
        _("nothing new since the last look"),
        _("nothing to do: it is read at its next turn"),
        _("check that it exists and can be reached; it is tried again at its next turn"),
        _("look at it by hand: its content is not as this version knows it"),
        _("check the permissions, or read it another way; it is tried again at its next turn"),
        _("remove it, or find where it went; it is tried again at its next turn"),
        _("it is followed by its number; give the source its new name at your leisure"),
        _("check the name: what was watched is no longer behind it"),
        _("only members are let in: remove it, or let an analyst's account that is one read it"),
        _("stop the other process, or use another account; it is tried again at its next turn"),
        _("do not use this account further; `vigifuite telegram move` gives its channels to another"),
        _("log in with `vigifuite telegram login`, or give its channels to another: `telegram move`"),
        _("nothing to do: what is missing is asked for again at every look"),
        _("set enabled = true to watch it"),
        _("see that the program runs, and that the pace leaves every source of its host a turn in time"),
        _("its site asked to be left alone until then: where that comes often, raise the interval of its sources"),
        _("not read yet"),
    )
}
EVERY = (
    SEVERITIES, STATES, REASONS, ACTS, ACTS_IN_FULL, KINDS, ROLES, MAY, HEALTH, MAILS, SENDING, SOURCE_STATES, SWEEPS,
    UNITS, PERSONAL, VERDICTS, WHY_ALIKE, WHAT_TO_DO,
)  # fmt: skip
