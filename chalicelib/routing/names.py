"""Names that people read, as the desk writes them: one text, or one for each language."""

from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from chalicelib.domain.text import LANGUAGES, Text, text

_ONE = {"type": "string", "minLength": 1}

Name = Annotated[
    Text,
    BeforeValidator(text),
    WithJsonSchema(
        {
            "anyOf": [
                _ONE,
                {
                    "type": "object",
                    "properties": dict.fromkeys(LANGUAGES, _ONE),
                    "additionalProperties": False,
                    "minProperties": 1,
                },
            ]
        }
    ),
]
