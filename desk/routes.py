"""Every page of the desk, and who may ask for it. A route that is not in this table does not exist.

Besides these, `/health`, `/style.css` and `/desk.js` are open to anybody, and `/events` to whoever is signed in.
"""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import Response

from desk.asking import Ask
from desk.desk import Desk
from desk.pages import (
    account,
    alert,
    decisions,
    entering,
    mail,
    notice,
    overview,
    people,
    queue,
    sources,
    sweeps,
    watchlist,
)
from storage.accounts import Role

Answer = Callable[[Desk, Ask], Response]


@dataclass(frozen=True, slots=True)
class Page:
    """A route."""

    method: str
    path: str
    least: Role | None  # who may ask, and whoever may do more; none: anybody
    answer: Answer
    takes_files: bool = False

    @property
    def name(self) -> str:
        """How the log calls it."""
        return f"{self.method} {self.path}"


_ANYBODY, _READER, _ANALYST, _LEAD, _ADMIN = None, Role.READER, Role.ANALYST, Role.LEAD, Role.ADMIN

ROUTES = (
    Page("GET", "/login", _ANYBODY, entering.login_page),
    Page("POST", "/login", _ANYBODY, entering.login),
    Page("GET", "/welcome/{token}", _ANYBODY, entering.welcome_page),
    Page("POST", "/welcome/{token}", _ANYBODY, entering.welcome),
    Page("POST", "/logout", _READER, entering.logout),
    Page("GET", "/", _READER, queue.queue_page),
    Page("GET", "/export/{form}", _READER, queue.export),
    Page("POST", "/filters", _READER, queue.save_filter),
    Page("POST", "/filters/{id:int}/forget", _READER, queue.forget_filter),
    Page("GET", "/alerts/{number}", _READER, alert.alert_page),
    Page("GET", "/alerts/{number}/export", _READER, alert.export),
    Page("POST", "/alerts/{number}/verify", _READER, alert.verify),
    Page("POST", "/alerts", _ANALYST, decisions.decide_many),
    Page("POST", "/undo", _ANALYST, decisions.undo),
    Page("POST", "/alerts/{number}/decide", _ANALYST, decisions.decide),
    Page("POST", "/alerts/{number}/assign", _ANALYST, decisions.assign),
    Page("POST", "/alerts/{number}/label", _ANALYST, decisions.label),
    Page("POST", "/alerts/{number}/comment", _ANALYST, decisions.comment),
    Page("POST", "/alerts/{number}/confirm", _ANALYST, decisions.confirm),
    Page("POST", "/alerts/{number}/silence", _ANALYST, decisions.silence),
    Page("GET", "/sources", _READER, sources.sources_page),
    Page("POST", "/sources/look", _ANALYST, sources.look_at),
    Page("POST", "/sources", _LEAD, sources.add),
    Page("POST", "/sources/{name}/pause", _LEAD, sources.pause),
    Page("POST", "/sources/{name}/resume", _LEAD, sources.resume),
    Page("POST", "/sources/{name}/remove", _LEAD, sources.remove),
    Page("GET", "/sweeps", _READER, sweeps.sweeps_page),
    Page("POST", "/sweeps", _ANALYST, sweeps.start),
    Page("GET", "/sweeps/{id:int}", _READER, sweeps.sweep_page),
    Page("POST", "/sweeps/{id:int}/cancel", _ANALYST, sweeps.cancel),
    Page("POST", "/sweeps/{id:int}/resume", _ANALYST, sweeps.resume),
    Page("GET", "/watchlist", _READER, watchlist.watchlist_page),
    Page("POST", "/watchlist/test", _READER, watchlist.test),
    Page("GET", "/watchlist/entity", _READER, watchlist.entity_page),
    Page("POST", "/watchlist/entity", _LEAD, watchlist.save_entity),
    Page("POST", "/watchlist/entity/remove", _LEAD, watchlist.remove_entity),
    Page("POST", "/watchlist/import", _LEAD, watchlist.send_import, takes_files=True),
    Page("GET", "/watchlist/import/{token}", _LEAD, watchlist.import_page),
    Page("POST", "/watchlist/import/{token}", _LEAD, watchlist.take_over),
    Page("POST", "/watchlist/rules", _ANALYST, watchlist.add_rule),
    Page("POST", "/watchlist/rules/{id:int}/remove", _LEAD, watchlist.remove_rule),
    # Whoever has the link in a notice signs with it.
    Page("GET", "/notices/{token}", _ANYBODY, notice.notice_page),
    Page("POST", "/notices/{token}", _ANYBODY, notice.acknowledge),
    Page("GET", "/mail", _READER, mail.mail_page),
    Page("GET", "/mail/{id:int}", _READER, mail.sent_page),
    Page("GET", "/digest", _READER, mail.preview_page),
    Page("GET", "/overview", _READER, overview.overview_page),
    Page("GET", "/account", _READER, account.account_page),
    Page("POST", "/account/language", _READER, account.language),
    Page("POST", "/account/password", _READER, account.password),
    Page("POST", "/account/sessions/{sha256}/end", _READER, account.end_session),
    Page("GET", "/people", _ADMIN, people.people_page),
    Page("POST", "/people", _ADMIN, people.invite),
    Page("POST", "/people/{name}/role", _ADMIN, people.role),
    Page("POST", "/people/{name}/anew", _ADMIN, people.anew),
    Page("POST", "/people/{name}/disable", _ADMIN, people.disable),
    Page("POST", "/people/{name}/enable", _ADMIN, people.enable),
    Page("POST", "/people/sessions/{sha256}/end", _ADMIN, people.end_session),
)
