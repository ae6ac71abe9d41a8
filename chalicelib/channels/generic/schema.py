"""The JSON Schema of all that travels, for whoever writes the shop's side.

`python -m chalicelib.channels.generic.schema` prints it.
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from chalicelib.channels.generic.answers import MessageSent
from chalicelib.channels.generic.payloads import Incoming

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def webhook_schema() -> Mapping[str, Any]:
    """Return the schema of a webhook's body, in either direction."""
    either = TypeAdapter(Annotated[Incoming | MessageSent, Field(discriminator="type")])
    return {"$schema": DIALECT, "title": "Frontline generic channel", **either.json_schema()}


if __name__ == "__main__":
    print(json.dumps(webhook_schema(), indent=2, ensure_ascii=False))
