"""The one place that wires everything together, once per container, each part when first used.

Imports stand inside, since a webhook needs little of this and starts the faster for it.
"""

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.config.settings import Settings
from chalicelib.domain.pace import real_time
from chalicelib.store.clients import client

if TYPE_CHECKING:
    from chalicelib.domain.pace import Pace
    from chalicelib.notify.keys import Keys
    from chalicelib.notify.transport import Transport
    from chalicelib.service.acts import Acts
    from chalicelib.service.connections import Connections
    from chalicelib.service.courier import Courier
    from chalicelib.service.current_desk import CurrentDesk
    from chalicelib.service.deliver import Deliverer
    from chalicelib.service.fire import Firing
    from chalicelib.service.fold import Folder
    from chalicelib.service.follow import Follower
    from chalicelib.service.intake import Intake
    from chalicelib.service.key_sets import KeySets
    from chalicelib.service.lookups import Lookups
    from chalicelib.service.profiles import Profiles
    from chalicelib.service.pulse import Pulse
    from chalicelib.service.receive import Receiver
    from chalicelib.service.replies import Replies
    from chalicelib.service.senders import Senders
    from chalicelib.service.sweep import Sweeper
    from chalicelib.service.text_messages import TextMessages
    from chalicelib.service.watch import Watch
    from chalicelib.store.agents import Agents
    from chalicelib.store.blobs import Blobs
    from chalicelib.store.contacts import Contacts
    from chalicelib.store.desks import Desks
    from chalicelib.store.health import Healths
    from chalicelib.store.log import Log
    from chalicelib.store.outbox import Outbox
    from chalicelib.store.quarantine import Quarantine
    from chalicelib.store.queues import Queue
    from chalicelib.store.secrets import Secrets
    from chalicelib.store.table import Table
    from chalicelib.store.tickets import Tickets
    from chalicelib.store.tokens import Tokens

KEYS_REMEMBERED = timedelta(minutes=5)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Frontline:
    """The whole of it. `clock`, `sleep` and `client` are replaced by tests.

    `clock` tells the desk's time and `real_clock` the machine's: they differ at most on the local
    cloud (docs/adr/0021-a-pace-for-the-local-cloud.md).
    """

    def __init__(
        self,
        settings: Settings,
        *,
        client: Callable[[str], Any] = client,
        clock: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.settings = settings
        self.client = client
        self.real_clock = self.clock = clock
        self.sleep = sleep
        self.pace: Callable[[], Pace] = real_time
        if settings.pace_file:
            from chalicelib.store.pace import read_pace

            self.pace = lambda: read_pace(settings.pace_file)
            self.clock = lambda: self.pace().desk_time(clock())
        self._keys: tuple[datetime, Keys] | None = None

    @cached_property
    def table(self) -> "Table":
        from chalicelib.store.table import Table

        return Table(self.client("dynamodb"), self.settings.table_name)

    @cached_property
    def log(self) -> "Log":
        from chalicelib.store.log import Log

        return Log(self.table, self.blobs)

    @cached_property
    def blobs(self) -> "Blobs":
        from chalicelib.store.blobs import Blobs

        return Blobs(lambda: self.client("s3"), self.settings.mail_bucket)

    @cached_property
    def quarantine(self) -> "Quarantine":
        from chalicelib.store.quarantine import Quarantine

        return Quarantine(self.table, self.blobs)

    @cached_property
    def secrets(self) -> "Secrets":
        from chalicelib.store.secrets import Secrets

        return Secrets(
            ssm=lambda: self.client("ssm"),
            secretsmanager=lambda: self.client("secretsmanager"),
            stage=self.settings.stage,
        )

    @cached_property
    def connections(self) -> "Connections":
        from chalicelib.service.connections import Connections
        from chalicelib.store.accounts import Accounts

        return Connections(Accounts(self.table), self.secrets, self.real_clock)

    @cached_property
    def receiver(self) -> "Receiver":
        from chalicelib.service.receive import Receiver

        return Receiver(
            self.connections.adapters_at, self.key_sets, self.log, self.quarantine, self.pace
        )

    @cached_property
    def key_sets(self) -> "KeySets":
        from chalicelib.service.key_sets import KeySets

        return KeySets(lambda: self.transport, self.real_clock)

    @cached_property
    def tickets(self) -> "Tickets":
        from chalicelib.store.tickets import Tickets

        return Tickets(self.table)

    @cached_property
    def contacts(self) -> "Contacts":
        from chalicelib.store.contacts import Contacts

        return Contacts(self.table)

    @cached_property
    def agents(self) -> "Agents":
        from chalicelib.store.agents import Agents

        return Agents(self.table)

    @cached_property
    def tokens(self) -> "Tokens":
        from chalicelib.store.tokens import Tokens

        return Tokens(self.table)

    @cached_property
    def desks(self) -> "Desks":
        from chalicelib.store.desks import Desks

        return Desks(self.table)

    @cached_property
    def desk(self) -> "CurrentDesk":
        from chalicelib.service.current_desk import CurrentDesk

        return CurrentDesk(self.desks, self.real_clock)

    @cached_property
    def folder(self) -> "Folder":
        from chalicelib.service.fold import Folder
        from chalicelib.store.commit import Committer
        from chalicelib.store.context import ContextReader

        return Folder(
            reader=ContextReader(self.table),
            committer=Committer(self.table),
            quarantine=self.quarantine,
            desk=self.desk,
            clock=self.clock,
            sleep=self.sleep,
        )

    @cached_property
    def acts(self) -> "Acts":
        from chalicelib.service.acts import Acts

        return Acts(self.log, self.folder, self.clock)

    @cached_property
    def sweeper(self) -> "Sweeper":
        from chalicelib.service.sweep import Sweeper
        from chalicelib.store.moments import Moments

        return Sweeper(
            moments=Moments(self.table),
            timer_queue=self._queue(self.settings.timer_queue_url),
            outbox_queue=self._queue(self.settings.outbox_queue_url),
            clock=self.clock,
            pace=self.pace,
        )

    @cached_property
    def follower(self) -> "Follower":
        from chalicelib.service.follow import Follower

        return Follower(
            folder=self.folder,
            tickets=self.tickets,
            sweeper=self.sweeper,
            recompute_queue=self.recompute_queue,
            desk=self.desk,
        )

    @cached_property
    def recompute_queue(self) -> "Queue":
        return self._queue(self.settings.recompute_queue_url)

    @cached_property
    def firing(self) -> "Firing":
        from chalicelib.service.fire import Firing

        return Firing(self.tickets, self.folder, self.clock, self.sleep, self.pace)

    @cached_property
    def outbox(self) -> "Outbox":
        from chalicelib.store.outbox import Outbox

        return Outbox(self.table, self.pace)

    @cached_property
    def transport(self) -> "Transport":
        from chalicelib.notify.transport import Transport

        return Transport(self.settings.platforms_url or None)

    @cached_property
    def courier(self) -> "Courier":
        from chalicelib.service.courier import Courier

        return Courier(
            self.transport,
            ses=lambda: self.client("sesv2"),
            sms_voice=lambda: self.client("pinpoint-sms-voice-v2"),
        )

    @cached_property
    def senders(self) -> "Senders":
        from chalicelib.service.senders import Senders

        return Senders(
            self.connections.adapter_for, self.connections.forget, self.transport, self.real_clock
        )

    @cached_property
    def lookups(self) -> "Lookups":
        from chalicelib.service.lookups import Lookups

        return Lookups(self.transport, self.receiver, self.senders.sender_for, self.real_clock)

    @cached_property
    def healths(self) -> "Healths":
        from chalicelib.store.health import Healths

        return Healths(self.table)

    @cached_property
    def pulse(self) -> "Pulse":
        from chalicelib.service.pulse import Pulse

        return Pulse(self.healths, self.real_clock)

    @cached_property
    def watch(self) -> "Watch":
        from chalicelib.service.renewal import Renewal
        from chalicelib.service.watch import Watch

        return Watch(
            healths=self.healths,
            renewal=Renewal(
                healths=self.healths,
                secrets=self.secrets,
                transport=self.transport,
                adapter_for=self.connections.adapter_for,
                forget_secrets=self.connections.forget,
            ),
            transport=self.transport,
            sender_for=self.senders.sender_for,
            desk=self.desk,
            public_url=self.settings.public_url.rstrip("/"),
            clock=self.real_clock,
        )

    @cached_property
    def replies(self) -> "Replies":
        from chalicelib.service.late import LateAnswers
        from chalicelib.service.replies import Replies

        return Replies(
            outbox=self.outbox,
            courier=self.courier,
            late=LateAnswers(self.contacts, self.desk),
            folder=self.folder,
            log=self.log,
            blobs=self.blobs,
            sender_for=self.senders.sender_for,
            signing_keys=self.signing_keys,
            mail_domain=self.settings.mail_domain,
            public_url=self.settings.public_url.rstrip("/"),
            clock=self.clock,
            real_clock=self.real_clock,
        )

    @cached_property
    def profiles(self) -> "Profiles":
        from chalicelib.service.profiles import Profiles

        return Profiles(
            contacts=self.contacts,
            log=self.log,
            folder=self.folder,
            transport=self.transport,
            adapter_for=self.connections.adapter_for,
            clock=self.clock,
        )

    @cached_property
    def deliverer(self) -> "Deliverer":
        from chalicelib.service.announce import Announcer
        from chalicelib.service.deliver import Deliverer
        from chalicelib.service.files import Files
        from chalicelib.service.slack_channel import SlackChannel

        announcer = Announcer(
            tickets=self.tickets,
            profiles=self.profiles,
            desk=self.desk,
            ses=lambda: self.client("sesv2"),
            sns=lambda: self.client("sns"),
            slack=SlackChannel(self.transport, self.secrets, self.real_clock),
            signing_keys=self.signing_keys,
            topic_arn=self.settings.notification_topic_arn,
            mail_domain=self.settings.mail_domain,
            mail_from=self.settings.mail_from,
            public_url=self.settings.public_url.rstrip("/"),
            clock=self.clock,
        )
        return Deliverer(
            outbox=self.outbox,
            queue=self._queue(self.settings.outbox_queue_url),
            folder=self.folder,
            replies=self.replies,
            announcer=announcer,
            files=Files(self.transport, self.blobs, self.table, self.senders.sender_for),
            lookups=self.lookups,
            pulse=self.pulse,
            senders=self.senders,
            quarantine=self.quarantine,
            clock=self.clock,
            pace=self.pace,
        )

    @cached_property
    def intake(self) -> "Intake":
        from chalicelib.service.errands import Errands
        from chalicelib.service.intake import Intake
        from chalicelib.service.once import Once
        from chalicelib.service.sorting import Sorting

        return Intake(
            sorting=Sorting(
                adapter_for=self.connections.adapter_for,
                signing_keys=self.signing_keys,
                tickets=self.tickets,
                blobs=self.blobs,
                domain=self.settings.mail_domain,
                pace=self.pace,
            ),
            receiver=self.receiver,
            errands=Errands(Once(self.acts), self.folder),
            folder=self.folder,
            courier=self.courier,
            quarantine=self.quarantine,
            table=self.table,
            desk=self.desk,
            mail_from=self.settings.mail_from,
            clock=self.real_clock,
        )

    @cached_property
    def text_messages(self) -> "TextMessages":
        from chalicelib.service.text_messages import TextMessages
        from chalicelib.store.accounts import Accounts

        return TextMessages(
            adapter_for=self.connections.adapter_for,
            receiver=self.receiver,
            quarantine=self.quarantine,
            accounts=Accounts(self.table),
            clock=self.real_clock,
        )

    def signing_keys(self) -> "Keys":
        """Return the keys of links and reply addresses, oldest first: `[[id, secret], …]`."""
        now = self.real_clock()
        if self._keys is None or now - self._keys[0] > KEYS_REMEMBERED:
            text = self.secrets.value(f"ssm:{self.settings.signing_keys_parameter}")
            self._keys = now, [(key_id, secret) for key_id, secret in json.loads(text)]
        return self._keys[1]

    def _queue(self, url: str) -> "Queue":
        from chalicelib.store.queues import Queue

        return Queue(self.client("sqs"), url)


_wired: list[Frontline] = []


def frontline() -> Frontline:
    """Return what this container works with."""
    if not _wired:
        _wired.append(Frontline(Settings.from_environment(os.environ, ("stage", "table_name"))))
    return _wired[0]


def use(frontline: Frontline) -> None:
    """Work with `frontline` from now on: for tests."""
    _wired[:] = [frontline]
