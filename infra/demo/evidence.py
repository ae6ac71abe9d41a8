"""Everything recorded by the end: whole tickets, the mailbox, the platforms' calls. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from infra.demo.api import Json
from infra.demo.diary import Case
from infra.demo.found import about, at, entries, reached


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """`tickets` and `files`, what their attachments hold, by ticket id."""

    tickets: Mapping[str, Json]
    mails: Sequence[Json]
    calls: Sequence[Json]
    files: Mapping[str, Sequence[bytes]]

    def lines(self, case: Case, kind: str) -> list[Json]:
        """Return the lines of one type in the story of a ticket."""
        return entries(self.tickets[case.ticket_id], kind)

    def line_at(self, case: Case, kind: str, since_at: datetime) -> datetime | None:
        """Return when the first line of one type was written since `since_at`."""
        found = entries(self.tickets[case.ticket_id], kind, since_at)
        return at(found[0]) if found else None

    def mail_at(self, case: Case, kind: str, since_at: datetime) -> datetime | None:
        """Return when the first mail of one kind about a ticket was sent since `since_at`."""
        found = about(self.mails, case.ticket_id, kind, since_at)
        return at(found[0]) if found else None

    def reached(self, case: Case, text: str) -> list[Json]:
        """Return what put `text` before the customer."""
        return reached(self.calls, self.mails, case.customer, text)

    def reached_at(self, case: Case, text: str) -> datetime | None:
        found = self.reached(case, text)
        return at(found[0]) if found else None

    def acknowledgements(self, case: Case) -> list[str]:
        """Return what the desk itself said to the customer."""
        sent = self.lines(case, "message.sent")
        return [line["text"] for line in sent if line["detail"].get("automatic")]
