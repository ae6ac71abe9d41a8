"""A part of the desk of which mostly one thing is said, which then stands for the whole."""

from typing import Any, Union

from pydantic import BaseModel, BeforeValidator, SerializerFunctionWrapHandler, WrapSerializer


def short_for(
    model: type[BaseModel], name: str, kind: Any
) -> tuple[BeforeValidator, WrapSerializer]:
    """Return what reads `15m` for `{within: 15m}`, and writes it so when nothing else is said.

    `kind` is what stands at `name`.
    """

    def read(value: Any) -> Any:
        return value if isinstance(value, dict | model) else {name: value}

    def write(value: Any, handler: SerializerFunctionWrapHandler) -> str | dict[str, Any]:
        whole: dict[str, Any] = handler(value)
        fields = model.model_fields.items()
        said = {key for key, field in fields if getattr(value, key) != field.default}
        return str(whole[name]) if said <= {name} else whole

    return (
        BeforeValidator(read, json_schema_input_type=Union[kind, model]),  # noqa: UP007  at run time
        WrapSerializer(write, when_used="json"),
    )
