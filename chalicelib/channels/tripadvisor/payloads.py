"""Tripadvisor's reviews, as far as we may keep them.

https://tripadvisor-content-api.readme.io/reference/getlocationreviews and
https://tripadvisor-content-api.readme.io/reference/caching-policy: nothing of the content may be
stored. So there is no title, no text and no user here, and nothing else is read.
"""

from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.channels.iso_time import IsoTime
from chalicelib.channels.wire import Printed, Wire

_LINK = r"\Ahttps://(?:[a-z0-9-]+\.)*tripadvisor\.[a-z.]{2,8}/[^\s\x00]*\z"
Link = Annotated[str, StringConstraints(max_length=2000, pattern=_LINK)]


class OwnerResponse(Wire):
    """That there is an answer, and since when; not what it says."""

    published_date: IsoTime


class Review(Wire):
    id: Printed
    url: Link | None = None
    rating: Annotated[int, Field(ge=1, le=5)]
    published_date: IsoTime
    owner_response: OwnerResponse | None = None
