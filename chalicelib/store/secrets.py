"""Secrets by reference: SSM parameters and Secrets Manager, never in the desk itself.

`ssm:zalo/shop/key` is `/frontline/<stage>/zalo/shop/key`; `ssm:/a/b` is absolute;
`secretsmanager:name#key` is one key of a JSON secret. Anything else is the value itself.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Secrets:
    """`ssm` and `secretsmanager` make their client when first called."""

    ssm: Callable[[], Any]
    secretsmanager: Callable[[], Any]
    stage: str

    def resolve(self, references: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
        """Return the values by name; a secret that is being rotated has several."""
        return {
            name: self.value(named) if isinstance(named, str) else list(map(self.value, named))
            for name, named in references.items()
        }

    def value(self, reference: str) -> str:
        """Raises `ConfigurationError`, which names the reference, never the value."""
        scheme, separator, name = reference.partition(":")
        if not separator or scheme not in ("ssm", "secretsmanager"):
            return reference
        try:
            return self._parameter(name) if scheme == "ssm" else self._secret(name)
        except (KeyError, ValueError) as error:
            raise ConfigurationError(f"secret {reference} is not what was expected") from error
        except Exception as error:
            code = getattr(error, "response", {}).get("Error", {}).get("Code")
            if code in ("ParameterNotFound", "ResourceNotFoundException", "AccessDeniedException"):
                raise ConfigurationError(f"secret {reference}: {code}") from error
            raise

    def _parameter(self, name: str) -> str:
        path = name if name.startswith("/") else f"/frontline/{self.stage}/{name}"
        answer = self.ssm().get_parameter(Name=path, WithDecryption=True)
        value: str = answer["Parameter"]["Value"]
        return value

    def _secret(self, name: str) -> str:
        secret_id, _, key = name.partition("#")
        text: str = self.secretsmanager().get_secret_value(SecretId=secret_id)["SecretString"]
        return str(json.loads(text)[key]) if key else text
