"""Secrets by reference: SSM parameters and Secrets Manager, never in the desk itself.

`ssm:zalo/shop/key` is `/frontline/<stage>/zalo/shop/key`; `ssm:/a/b` is absolute;
`secretsmanager:name#key` is one key of a JSON secret. Anything else is the value itself.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.errors import ConfigurationError

PARAMETERS_PER_CALL = 10
"""What SSM allows."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """`ssm` and `secretsmanager` make their client when first called."""

    ssm: Callable[[], Any]
    secretsmanager: Callable[[], Any]
    stage: str

    def resolve(self, references: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
        """Return the values by name; a secret that is being rotated has several.

        Parameters are read ten to a call: a platform may be waiting. Raises
        `ConfigurationError`.
        """
        named = [each for one in references.values() for each in _listed(one)]
        known = self._parameters([path for each in named if (path := self._path(each))])
        return {
            name: self._known(one, known)
            if isinstance(one, str)
            else [self._known(each, known) for each in one]
            for name, one in references.items()
        }

    def put(self, reference: str, value: str) -> None:
        """Write an SSM parameter, encrypted. Raises `ConfigurationError` for another reference."""
        path = self._path(reference)
        if not path:
            raise ConfigurationError(f"only SSM parameters are written, not {reference!r}")
        self.ssm().put_parameter(Name=path, Value=value, Type="SecureString", Overwrite=True)

    def value(self, reference: str) -> str:
        """Raises `ConfigurationError`, which names the reference, never the value."""
        if path := self._path(reference):
            return self._parameters([path])[path]
        scheme, _, name = reference.partition(":")
        if scheme != "secretsmanager":
            return reference
        try:
            return self._secret(name)
        except (KeyError, ValueError) as error:
            raise ConfigurationError(f"secret {reference} is not what was expected") from error
        except Exception as error:
            code = getattr(error, "response", {}).get("Error", {}).get("Code")
            if code in ("ResourceNotFoundException", "AccessDeniedException"):
                raise ConfigurationError(f"secret {reference}: {code}") from error
            raise

    def _known(self, reference: str, known: Mapping[str, str]) -> str:
        path = self._path(reference)
        return known[path] if path else self.value(reference)

    def _path(self, reference: str) -> str:
        """Return the parameter that a reference names; empty for another kind of secret."""
        scheme, _, name = reference.partition(":")
        if scheme != "ssm":
            return ""
        return name if name.startswith("/") else f"/frontline/{self.stage}/{name}"

    def _parameters(self, paths: Sequence[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for start in range(0, len(paths), PARAMETERS_PER_CALL):
            names = paths[start : start + PARAMETERS_PER_CALL]
            answer = self.ssm().get_parameters(Names=list(names), WithDecryption=True)
            found |= {one["Name"]: one["Value"] for one in answer["Parameters"]}
        if missing := sorted(set(paths) - found.keys()):
            raise ConfigurationError(f"no such secrets: {', '.join(missing)}")
        return found

    def _secret(self, name: str) -> str:
        secret_id, _, key = name.partition("#")
        text: str = self.secretsmanager().get_secret_value(SecretId=secret_id)["SecretString"]
        return str(json.loads(text)[key]) if key else text


def _listed(named: str | list[str]) -> list[str]:
    return [named] if isinstance(named, str) else named
