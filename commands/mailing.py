"""Opens the postman from the configuration: who gets mails, through what, made from which numbers."""

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

from commands.mail_settings import RecipientSettings
from commands.output import UnusableError
from commands.sources import source_lines
from commands.world import World
from desk.digest import SourceTrouble, Watch
from desk.mail import Letterhead, Recipient
from desk.outgoing import MailServer, Webhook
from desk.postman import Postman
from storage.coverage import coverage
from storage.notices import Rules

_SHORTEST_SECRET = 16  # characters


def letterhead(world: World) -> Letterhead:
    """What stands on every mail."""
    desk = world.settings.desk
    return Letterhead(
        sender=desk.mail.sender,
        desk_url=desk.public_url or f"http://{desk.host}:{desk.port}",
        version=version("vigifuite"),
        key=world.store.fingerprint_key,
    )


def recipients(world: World) -> list[Recipient]:
    """Who gets mails."""
    return [_recipient(each, world.settings.desk.timezone) for each in world.settings.desk.mail.recipients]


def watch(world: World, now: datetime) -> Watch:
    """How much of what is watched is really looked at."""
    lines = source_lines(world)
    troubles = [
        SourceTrouble(name=line.name, state=line.status.health.state, read_at=line.status.read_at)
        for line in lines
        if line.needs_a_hand
    ]
    return Watch(coverage=coverage(lines, now), troubles=troubles)


def postman(world: World) -> Postman:
    """Everything mails go through. A secret that cannot be read is said in one line."""
    mail = world.settings.desk.mail
    rules = Rules(least=mail.notice_severity, window=mail.window, repeat=mail.repeat, most_repeats=mail.notice_repeats)
    return Postman(
        store=world.store,
        head=letterhead(world),
        recipients=recipients(world),
        server=MailServer(
            host=mail.host,
            port=mail.port,
            security=mail.security,
            sender=mail.sender,
            username=mail.username or None,
            password=read_secret(mail.password_file, "desk.mail.password_file") if mail.password_file else None,
            ca_file=_readable(mail.ca_file, "desk.mail.ca_file") if mail.ca_file else None,
        ),
        rules=rules,
        watch=lambda now: watch(world, now),
        webhooks=[
            Webhook(
                name=hook.name,
                url=hook.url,
                secret=_long_enough(read_secret(hook.secret_file, where), hook.secret_file, where).encode(),
                cleared_for=hook.cleared_for,
            )
            for number, hook in enumerate(mail.webhooks)
            for where in [f"desk.mail.webhooks.{number}.secret_file"]
        ],
        heartbeat=world.settings.desk.heartbeat.after_digest or None,
        clock=lambda: datetime.now(UTC),
    )


def read_secret(path: Path, where: str) -> str:
    """The first line of a file."""
    try:
        secret = path.read_text(encoding="utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise UnusableError(f"{where}: cannot read {path} ({reason}): write the secret into its first line") from None
    if not secret:
        raise UnusableError(f"{where}: {path} is empty: write the secret into its first line")
    return secret


def _long_enough(secret: str, path: Path, where: str) -> str:
    if len(secret) < _SHORTEST_SECRET:
        raise UnusableError(f"{where}: the secret in {path} is short: give it {_SHORTEST_SECRET} characters or more")
    return secret


def _readable(path: Path, where: str) -> Path:
    try:
        path.read_bytes()
    except OSError as error:
        raise UnusableError(f"{where}: cannot read {path} ({error.strerror})") from None
    return path


def _recipient(given: RecipientSettings, timezone: str) -> Recipient:
    return Recipient(
        address=given.address,
        language=given.language,
        zone=ZoneInfo(given.timezone or timezone),
        digest=given.digest,
        at=given.digest_at,
        notices=given.notices,
        quiet=given.quiet_hours,
        cleared_for=given.cleared_for,
    )
