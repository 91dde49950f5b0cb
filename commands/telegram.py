"""`telegram`: the accounts that read channels: logging in, how they are, and who reads what."""

import asyncio
import getpass
import io
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Annotated

import typer

from commands.front import Front
from commands.output import Exit, UnusableError, local, put_json, put_line, put_table, say
from commands.world import World, open_world
from crawler.account_settings import AccountSettings, SecretsError, read_secrets
from storage import telegram

group = typer.Typer(help="The Telegram accounts that read channels.", no_args_is_help=True)

WHAT_TO_DO = {
    "ok": "",
    "waiting": "nothing: these requests rest until then",
    "not logged in": "vigifuite telegram login NAME",
    "revoked": "vigifuite telegram login NAME, or `telegram move` its sources to another account",
    "frozen": "do not use it further: `vigifuite telegram move` gives its sources to another account",
    "unusable": "mend what is said",
    "not used yet": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """An account and where it stands."""

    name: str
    state: str
    reason: str
    what_to_do: str
    until: datetime | None
    heard_at: datetime | None
    sources: tuple[str, ...]

    @property
    def needs_a_hand(self) -> bool:
        return self.state not in ("ok", "waiting", "not used yet")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="telegram")


def account_lines(world: World) -> list[AccountLine]:
    """Every configured account; those no longer configured that still own sources too."""
    return [_line(world, account) for account in world.settings.accounts()]


def _line(world: World, account: AccountSettings) -> AccountLine:
    known = telegram.account_status(world.store, account.name)
    state, reason = _state(world, account, known)
    waits = [until for until in (known.parked.values() if known else ()) if until > datetime.now(UTC)]
    if state == "ok" and waits and known:
        state = "waiting"
        resting = {method: until for method, until in known.parked.items() if until > datetime.now(UTC)}
        reason = "; ".join(f"{method.removesuffix('Request')} until {local(at)}" for method, at in resting.items())
    return AccountLine(
        name=account.name,
        state=state,
        reason=reason,
        what_to_do=WHAT_TO_DO[state].replace("NAME", account.name),
        until=max(waits, default=None),
        heard_at=known.at if known else None,
        sources=tuple(telegram.sources_of(world.store, account.name)),
    )


def _state(world: World, account: AccountSettings, known: telegram.AccountStatus | None) -> tuple[str, str]:
    # Where a session lies is known without Telethon, which takes a third of a second to load.
    path = world.store.folder / "accounts" / f"{account.name}.session"
    try:
        read_secrets(account)
    except SecretsError as error:
        return "unusable", str(error)
    if not path.exists():
        return "not logged in", ""
    if path.stat().st_mode & 0o077:
        return "unusable", f"{path} can be read by others: chmod 600 {path}"
    if known is None or path.stat().st_mtime > known.at.timestamp():
        return "not used yet", ""  # since it was logged in
    return ("ok" if known.state == "waiting" else known.state), known.reason if known.state != "waiting" else ""


@group.command("status")
def status(context: typer.Context) -> int:
    """How each account is, and what it reads."""
    front: Front = context.obj
    world = open_world(front)
    lines = account_lines(world)
    if front.json:
        for line in lines:
            put_json(asdict(line))
    else:
        columns = ("account", "state", "reason", "what to do", "heard of", "reads")
        rows = [
            (line.name, line.state, line.reason, line.what_to_do, line.heard_at, ", ".join(line.sources))
            for line in lines
        ]
        put_table(columns, rows, empty="no accounts: see [[crawler.accounts]] in config.example.toml")
    return Exit.FOUND_WRONG if any(line.needs_a_hand for line in lines) else Exit.DONE


@group.command("login")
def login(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The account's name in the configuration.")],
    by_qr: Annotated[bool, typer.Option("--qr", help="By scanning a QR code with a telephone.")] = False,
) -> int:
    """Log an account in: its number, the code Telegram sends, its password if it has one; or a QR code."""
    from crawler.account_login import Human, LoginError, log_in

    front: Front = context.obj
    world = open_world(front)
    settings = _account(world, name)
    human = Human(
        phone=lambda: _asked("telephone number"),
        code=lambda: _asked("code Telegram sent"),
        password=lambda: _asked("password of the account", secret=True),
        show=_show_qr,
    )
    try:
        number = asyncio.run(log_in(settings, world.store, human, by_qr=by_qr))
    except LoginError as error:
        raise UnusableError(f"account {name}: {error}") from None
    put_json({"name": name, "user": number}) if front.json else put_line(f"account {name} is logged in")
    return Exit.DONE


@group.command("move")
def move(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The account that reads them now.")],
    to: Annotated[str, typer.Option("--to", help="The account that is to read them.")],
    names: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE]...", help="All of them otherwise.")] = None,
) -> int:
    """Give an account's sources to another; a running lookout does so at its next start."""
    front: Front = context.obj
    world = open_world(front)
    _account(world, to)
    moved = telegram.move_sources(world.store, name, to, names or [])
    if front.json:
        put_json({"from": name, "to": to, "sources": moved})
    else:
        put_line(f"{len(moved)} sources of {name} are read by {to} from now on: {', '.join(moved) or 'none'}")
    return Exit.DONE


def _account(world: World, name: str) -> AccountSettings:
    for account in world.settings.accounts():
        if account.name == name:
            return account
    raise UnusableError(f"no account named {name}: declare it as [[crawler.accounts]] in the configuration")


def _asked(what: str, *, secret: bool = False) -> str:
    """What a human types; a line of the input where there is no terminal."""
    if sys.stdin.isatty():
        return (getpass.getpass(f"{what}: ") if secret else input(f"{what}: ")).strip()
    say(f"{what}:")
    line = sys.stdin.readline()
    if not line:
        raise UnusableError(f"no {what} was given: run this on a terminal, or give one line for each question")
    return line.strip()


def _show_qr(address: str) -> None:
    import segno

    drawn = io.StringIO()
    segno.make(address, error="l").terminal(out=drawn, compact=True)
    say("Scan this with Telegram on a telephone: Settings, Devices, Link Desktop Device.")
    sys.stderr.write(drawn.getvalue())
