"""A message as the rules look at it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from chalicelib.routing.language import language_of
from chalicelib.routing.patterns import searchable
from chalicelib.routing.speech import Speech


@dataclass(frozen=True)
class Said:
    """What a customer said, where, and what is known of him.

    `language` is what he or his platform told, `tier` the contact's. `choice` is the payload of a
    button, `fields` are those of a form, `rating` is 1 to 5 stars, and `request_type` what the
    sender's own system takes it for.
    """

    text: str
    channel: str
    account: str
    surface: str = "direct"
    language: str | None = None
    tier: str | None = None
    choice: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    rating: int | None = None
    request_type: str | None = None

    @cached_property
    def speech(self) -> Speech:
        return Speech.of(self.text)

    @cached_property
    def searchable(self) -> bytes:
        return searchable(self.text)

    @cached_property
    def spoken(self) -> str | None:
        return language_of(self.text, self.language)
