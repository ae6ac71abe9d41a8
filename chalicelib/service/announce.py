"""Tells an agent, by the medium he chose, about the ticket as it stands at that moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.desk.alerts import COMPANY, TO_KNOW_OF
from chalicelib.desk.decision import Medium, Notification, NotificationKind
from chalicelib.desk.model import Desk
from chalicelib.domain.tickets import Ticket, TimelineEntry
from chalicelib.errors import PermanentSendError, SendFailure
from chalicelib.notify import sns
from chalicelib.notify.addresses import note_address, reply_address, reply_token
from chalicelib.notify.keys import Keys
from chalicelib.notify.links import Action, Link, LinkSigner
from chalicelib.notify.mails import notification_mail
from chalicelib.notify.ses import send_mail
from chalicelib.notify.wording import as_json, slack_text, sms_text, topic_subject
from chalicelib.service.guests import may_see
from chalicelib.service.profiles import Profiles
from chalicelib.service.slack_channel import SlackChannel
from chalicelib.store.tickets import Tickets
from chalicelib.views.ticket import TicketView, ticket_view

LATE = timedelta(minutes=10)
"""How much later than it was made an alert may go out without another look at its sense."""

ALWAYS_TOLD = (*TO_KNOW_OF, NotificationKind.SEND_FAILED)
"""Worth telling though there is nothing left to do."""


@dataclass(frozen=True, slots=True)
class Announcer:
    tickets: Tickets
    profiles: Profiles
    desk: Callable[[], Desk]
    ses: Callable[[], Any]
    sns: Callable[[], Any]
    slack: SlackChannel
    signing_keys: Callable[[], Keys]
    topic_arn: str
    mail_domain: str
    mail_from: str
    public_url: str
    clock: Callable[[], datetime]

    def announce(self, notification: Notification) -> bool:
        """Send one notification; return False when it comes too late to say anything.

        Raises `TransientSendError` or `PermanentSendError`.
        """
        desk = self.desk()
        agent_id = notification.agent_id or ""
        ticket, entries = self.tickets.with_timeline(notification.ticket_id)
        if not may_see(agent_id, ticket, desk):
            raise PermanentSendError("no such agent any more", SendFailure.UNKNOWN_RECIPIENT)
        if self._is_moot(notification, ticket):
            return False
        view = self._view(notification, desk, ticket, entries)
        agent = desk.agent(agent_id)
        by_medium: Mapping[Medium, Callable[[], None]] = {
            Medium.EMAIL: lambda: self._email(notification, view, agent.email),
            Medium.SMS: lambda: self._sms(notification, view, agent.phone),
            Medium.TOPIC: lambda: self._topic(notification, view),
            Medium.SLACK: lambda: self._slack(notification, view, desk),
        }
        by_medium[notification.medium]()
        return True

    def _is_moot(self, notification: Notification, ticket: Ticket) -> bool:
        """Tell an alert that was held for so long that there is nothing more to do about it."""
        is_late = self.clock() - notification.created_at > LATE
        if not is_late or notification.medium in COMPANY or notification.kind in ALWAYS_TOLD:
            return False
        is_new = notification.kind is NotificationKind.ASSIGNED
        has_gone_on = is_new and ticket.assignee_id != notification.agent_id
        return ticket.status.is_done or has_gone_on

    def _email(self, notification: Notification, view: TicketView, address: str) -> None:
        agent_id = view.viewer.agent_id
        token = reply_token(notification.ticket_id, agent_id, self.signing_keys())
        address_of = note_address if notification.kind in TO_KNOW_OF else reply_address
        mail = notification_mail(
            notification.kind,
            view,
            sender=self.mail_from,
            recipient=address,
            reply_to=address_of(token, self.mail_domain),
        )
        send_mail(self.ses(), mail)

    def _sms(self, notification: Notification, view: TicketView, phone: str | None) -> None:
        if phone is None:
            raise PermanentSendError("the agent has no phone", SendFailure.UNKNOWN_RECIPIENT)
        sns.send_sms(self.sns(), phone, sms_text(notification.kind, view.viewer.language, view))

    def _topic(self, notification: Notification, view: TicketView) -> None:
        subject = topic_subject(notification.kind, view)
        sns.publish(self.sns(), self.topic_arn, subject, as_json(notification.kind, view))

    def _slack(self, notification: Notification, view: TicketView, desk: Desk) -> None:
        url = f"{self.public_url}/pages/tickets/{notification.ticket_id}"
        self.slack.post(desk.slack, slack_text(notification.kind, desk.language, view, url))

    def _view(
        self,
        notification: Notification,
        desk: Desk,
        ticket: Ticket,
        entries: list[TimelineEntry],
    ) -> TicketView:
        agent_id = notification.agent_id or ""
        return ticket_view(
            desk,
            ticket,
            self.profiles.named(ticket),
            entries,
            agent_id,
            self.clock(),
            links=self._links(notification, agent_id),
            detail=notification.detail,
        )

    def _links(self, notification: Notification, agent_id: str) -> dict[str, str]:
        """Return a link per action, the same links when a notification is sent twice."""
        signer = LinkSigner(self.signing_keys())
        return {
            str(action): f"{self.public_url}/links/"
            + signer.sign(
                Link(
                    ticket_id=notification.ticket_id,
                    agent_id=agent_id,
                    action=action,
                    nonce=f"{notification.id}:{action}",
                ),
                notification.created_at,
            )
            for action in _actions(notification.kind)
        }


def _actions(kind: NotificationKind) -> tuple[Action, ...]:
    return (Action.OPEN,) if kind in TO_KNOW_OF else tuple(Action)
