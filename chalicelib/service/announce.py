"""Tells an agent, by the medium he chose, about the ticket as it stands at that moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.desk.decision import Medium, Notification
from chalicelib.desk.model import Desk
from chalicelib.domain.tickets import Metric
from chalicelib.errors import PermanentSendError, SendFailure
from chalicelib.notify import sns
from chalicelib.notify.addresses import reply_address, reply_token
from chalicelib.notify.keys import Keys
from chalicelib.notify.links import Action, Link, LinkSigner
from chalicelib.notify.mails import notification_mail
from chalicelib.notify.ses import send_mail
from chalicelib.notify.wording import as_json, sms_text, topic_subject
from chalicelib.service.profiles import Profiles
from chalicelib.store.tickets import Tickets
from chalicelib.views.ticket import TicketView, ticket_view


@dataclass(frozen=True, slots=True)
class Announcer:
    tickets: Tickets
    profiles: Profiles
    desk: Callable[[], Desk]
    ses: Callable[[], Any]
    sns: Callable[[], Any]
    signing_keys: Callable[[], Keys]
    topic_arn: str
    mail_domain: str
    mail_from: str
    public_url: str
    clock: Callable[[], datetime]

    def announce(self, notification: Notification) -> None:
        """Send one notification. Raises `TransientSendError` or `PermanentSendError`."""
        desk = self.desk()
        agent_id = notification.agent_id or ""
        if agent_id not in desk.agents:
            raise PermanentSendError("no such agent any more", SendFailure.UNKNOWN_RECIPIENT)
        view = self._view(notification, desk, agent_id)
        by_medium: Mapping[Medium, Callable[[], None]] = {
            Medium.EMAIL: lambda: self._email(notification, view, desk.agents[agent_id].email),
            Medium.SMS: lambda: self._sms(notification, view, desk.agents[agent_id].phone),
            Medium.TOPIC: lambda: self._topic(notification, view),
        }
        by_medium[notification.medium]()

    def _email(self, notification: Notification, view: TicketView, address: str) -> None:
        agent_id = view.viewer.agent_id
        token = reply_token(notification.ticket_id, agent_id, self.signing_keys())
        mail = notification_mail(
            notification.kind,
            view,
            sender=self.mail_from,
            recipient=address,
            reply_to=reply_address(token, self.mail_domain),
        )
        send_mail(self.ses(), mail)

    def _sms(self, notification: Notification, view: TicketView, phone: str | None) -> None:
        if phone is None:
            raise PermanentSendError("the agent has no phone", SendFailure.UNKNOWN_RECIPIENT)
        sns.send_sms(self.sns(), phone, sms_text(notification.kind, view.viewer.language, view))

    def _topic(self, notification: Notification, view: TicketView) -> None:
        subject = topic_subject(notification.kind, view)
        sns.publish(self.sns(), self.topic_arn, subject, as_json(notification.kind, view))

    def _view(self, notification: Notification, desk: Desk, agent_id: str) -> TicketView:
        ticket, entries = self.tickets.with_timeline(notification.ticket_id)
        metric = notification.detail.get("metric")
        return ticket_view(
            desk,
            ticket,
            self.profiles.named(ticket),
            entries,
            agent_id,
            self.clock(),
            links=self._links(notification, agent_id),
            about=Metric(metric) if metric else None,
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
            for action in Action
        }
