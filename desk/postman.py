"""Writes what is due into the outbox, and sends what the outbox holds. Called again and again, by one or by many."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import structlog

from desk.digest import Watch, last_due, make_digest
from desk.mail import Letterhead, Mail, Recipient, may_see, message, signature
from desk.notice import make_notice, webhook_body, webhook_headers
from desk.outgoing import Delivery, MailServer, Webhook, beat, post_webhook, send_mail
from storage import outbox
from storage.notices import Notice, Rules, due_notices, is_any_due
from storage.outbox import Draft, Item, Kind, Sending
from storage.standing import Marks, marks_at, standing
from storage.store import Store

log = structlog.get_logger()

_FIRST_LOOK_BACK = timedelta(days=1)
_TROUBLES_SINCE = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Postman:
    """Everything mails are made from and go through."""

    store: Store
    head: Letterhead
    recipients: Sequence[Recipient]
    server: MailServer
    rules: Rules
    watch: Callable[[datetime], Watch]
    webhooks: Sequence[Webhook] = ()
    heartbeat: str | None = None  # an address or a file, for each digest sent
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def round(self) -> None:
        """Write what is due and send what can be sent."""
        await asyncio.to_thread(self.write)
        await self.deliver()

    def write(self) -> None:
        """Everything due by now into the outbox: each thing once, whoever else writes at the same time."""
        self._guarded("notices", self.write_notices)
        for recipient in self.recipients:
            if recipient.digest:
                self._guarded("digest", partial(self._write_last_due, recipient))

    def _guarded(self, what: str, write: Callable[[], object]) -> None:
        """What cannot be written for one must not keep the others from theirs."""
        try:
            write()
        except Exception as error:
            log.error("mail_not_written", what=what, error=type(error).__name__)

    def _write_last_due(self, recipient: Recipient) -> None:
        if self.write_digest(recipient, last_due(recipient, self.clock())):
            outbox.forget_old(self.store, self.clock())

    def write_digest(self, recipient: Recipient, day: date) -> bool:
        """The digest of a recipient's day, unless it was written before."""
        key, now = day.isoformat(), self.clock()
        with self.store.reading() as session:
            if outbox.is_written(session, Kind.DIGEST, recipient.address, key):
                return False
        mail, marks = digest_now(self.store, self.head, recipient, self.watch(now), day, now)
        message_id = self.head.message_id(f"digest.{key}", recipient.address)
        draft = Draft(
            kind=Kind.DIGEST,
            recipient=recipient.address,
            key=key,
            message_id=message_id,
            body=message(mail, self.head, recipient, message_id, now),
            marks=marks,
        )
        with self.store.writing() as session:
            return outbox.put(session, draft, now)

    def write_notices(self) -> None:
        """Notices that are due, in one transaction with the note that they were made."""
        now = self.clock()
        with self.store.reading() as session:
            if not is_any_due(session, self.rules, now):
                return  # nobody else has to wait for us
        with self.store.writing() as session:
            for notice in due_notices(session, self.rules, now):
                for draft in (*self._mails(notice, now), *self._posts(notice)):
                    # A reminder of something still unsent reminds of nothing: the server is away, or it is night.
                    if not outbox.is_waiting(session, draft):
                        outbox.put(session, draft, now)

    def _mails(self, notice: Notice, now: datetime) -> Iterator[Draft]:
        key = f"{notice.id}.{notice.told}"
        for recipient in self.recipients:
            mail = make_notice(notice, self.head, recipient) if recipient.notices else None
            if mail:
                message_id = self.head.message_id(f"notice.{key}", recipient.address)
                yield Draft(
                    kind=Kind.NOTICE,
                    recipient=recipient.address,
                    key=key,
                    message_id=message_id,
                    body=message(mail, self.head, recipient, message_id, now),
                    due_at=recipient.quiet_until(now),
                    notice_id=notice.id,
                )

    def _posts(self, notice: Notice) -> Iterator[Draft]:
        key = f"{notice.id}.{notice.told}"
        for webhook in self.webhooks:
            seen = [line for line in notice.alerts if may_see(webhook.cleared_for, line.tlp)]
            if seen:
                yield Draft(
                    kind=Kind.WEBHOOK,
                    recipient=webhook.name,
                    key=key,
                    message_id=f"notice.{key}.{signature(self.head.key, 'webhook', f'{key} {webhook.name}')}",
                    body=webhook_body(notice, self.head, seen),
                    notice_id=notice.id,
                )

    async def deliver(self) -> None:
        """Try what is due; a server that fails is left alone until the next round."""
        broken = False
        while not broken:
            item = await asyncio.to_thread(outbox.take, self.store, self.clock())
            if item is None:
                return
            try:
                delivery = await self._attempt(item)
            except Exception as error:  # an unforeseen fault of one mail is not to stop the others
                delivery = Delivery(state=Sending.WAITING, reason=type(error).__name__)
            now = self.clock()
            state = await asyncio.to_thread(outbox.settle, self.store, item, delivery.state, delivery.reason, now)
            said = {"kind": item.kind.value, "key": item.key, "attempts": item.attempts}
            if state is Sending.SENT:
                log.info("sent", **said)
            else:
                log.warning("not_sent", state=state.value, reason=delivery.reason, **said)
            if state is Sending.SENT and item.kind is Kind.DIGEST:
                await self._beat()
            broken = delivery.is_servers

    async def _attempt(self, item: Item) -> Delivery:
        """Send one thing, to whom the configuration still names."""
        if item.kind is Kind.WEBHOOK:
            webhook = next((each for each in self.webhooks if each.name == item.recipient), None)
            if webhook and item.body:
                now = self.clock()
                headers = webhook_headers(item.message_id, item.body, webhook.secret, now)
                return await post_webhook(webhook, headers, item.body)
        elif item.body and any(each.address == item.recipient for each in self.recipients):
            return await send_mail(self.server, item.recipient, item.body)
        return Delivery(state=Sending.GIVEN_UP, reason="no longer in the configuration")

    async def _beat(self) -> None:
        if self.heartbeat:
            trouble = await beat(self.heartbeat)
            if trouble:
                log.warning("no_heartbeat", after="digest", reason=trouble)


def digest_now(
    store: Store, head: Letterhead, recipient: Recipient, watch: Watch, day: date, now: datetime
) -> tuple[Mail, Marks]:
    """The digest as it would be sent now, and how far it goes."""
    with store.reading() as session:
        reached = outbox.last_reached(session, recipient.address)
        marks = reached[0] if reached else marks_at(session, now - _FIRST_LOOK_BACK)
        told = standing(session, marks, now)
    since = reached[1] if reached else None
    watch = replace(watch, mail_troubles=len(outbox.troubles(store, now - _TROUBLES_SINCE)))
    return make_digest(told, watch, head, recipient, day, now, since), told.marks
