"""What the simulated world remembers: calls, conversations and faults; bounded, in memory."""

from collections import OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, TypeVar

MAX_CALLS = 5000
MAX_CHATS = 2000
MAX_ENTRIES = 500
MAX_FILES = 200

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

ChatKey = tuple[str, str, str]
"""Channel, account, the customer's id on it."""


@dataclass(slots=True, kw_only=True)
class Entry:
    """One line of a conversation; `by` is customer, company (API) or agent (platform's inbox)."""

    id: str
    by: str
    at: datetime
    text: str
    attachments: list[dict[str, Any]] = field(default_factory=list)
    buttons: list[dict[str, str]] = field(default_factory=list)
    subject: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "by": self.by,
            "at": self.at.isoformat(),
            "text": self.text,
            "attachments": self.attachments,
            "buttons": self.buttons,
            "subject": self.subject,
        }


@dataclass(slots=True)
class Chat:
    """A customer on one account: who he is and what was said."""

    name: str = ""
    last_message_at: datetime | None = None
    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=MAX_ENTRIES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A failure ordered for one send call."""

    kind: str
    seconds: float


class Bounded(OrderedDict[K, V]):
    """A dict that forgets its oldest entry when it is full."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def __setitem__(self, key: K, value: V) -> None:
        super().__setitem__(key, value)
        if len(self) > self._limit:
            self.popitem(last=False)


class Memory:
    """The one mutable state of the simulator."""

    def __init__(self) -> None:
        self.calls: deque[dict[str, Any]] = deque(maxlen=MAX_CALLS)
        self.chats: Bounded[ChatKey, Chat] = Bounded(MAX_CHATS)
        self.files: Bounded[str, bytes] = Bounded(MAX_FILES)
        self.faults: dict[str, deque[Fault]] = {}
        self._numbers = count(1)

    def forget(self) -> None:
        """Begin anew, but for numbers: those never repeat."""
        for kept in (self.calls, self.chats, self.files, self.faults):
            kept.clear()

    def next_number(self) -> int:
        return next(self._numbers)

    def chat(self, key: ChatKey) -> Chat:
        """Return a conversation, begun now if there was none."""
        if key not in self.chats:
            self.chats[key] = Chat()
        return self.chats[key]

    def customer_wrote(self, key: ChatKey, name: str, entry: Entry) -> None:
        chat = self.chat(key)
        chat.name = name or chat.name
        chat.last_message_at = max(chat.last_message_at or entry.at, entry.at)
        chat.entries.append(entry)

    def said(self, channel: str, account: str, said_id: str) -> tuple[str, Entry | None]:
        """Return who said it, and what; of what was never heard here, its id stands for him."""
        for (on, by, author), chat in self.chats.items():
            if (on, by) == (channel, account):
                for entry in chat.entries:
                    if entry.id == said_id:
                        return author, entry
        return said_id, None

    def order_fault(self, channel: str, fault: Fault, times: int) -> None:
        self.faults.setdefault(channel, deque()).extend([fault] * times)

    def take_fault(self, channel: str) -> Fault | None:
        waiting = self.faults.get(channel)
        return waiting.popleft() if waiting else None
