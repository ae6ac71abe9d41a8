"""The stack's own API, called with the token of `stack.json`."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx

Json = dict[str, Any]

PATIENCE = 30


class Api:
    def __init__(self, url: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._client = httpx.Client(
            base_url=f"{url}/api", headers=headers, timeout=PATIENCE, trust_env=False
        )

    def ticket(self, ticket_id: str) -> Json:
        return self._ask(f"/tickets/{ticket_id}")

    def tickets(self, **wanted: str) -> list[Json]:
        """Return a page of tickets."""
        return list(self._ask("/tickets", {**wanted, "limit": "200"})["tickets"])

    def ticket_ids_of(self, channel: str, account: str, external_id: str) -> list[str]:
        """Return a customer's tickets, newest first; none while nobody knows him."""
        identity = {"channel": channel, "account": account, "external_id": external_id}
        known = self._ask("/contacts", identity)["contacts"]
        if not known:
            return []
        return [one["id"] for one in self._ask(f"/contacts/{quote(known[0]['id'])}")["tickets"]]

    def agents(self) -> dict[str, Json]:
        """Return the agents by id, each with the e-mail address that the desk gives him."""
        desk = self._ask("/desk")["agents"]
        return {one["id"]: {**desk[one["id"]], **one} for one in self._ask("/agents")["agents"]}

    def leave(self, agent_id: str) -> None:
        self._do(f"/agents/{agent_id}/away")

    def come_back(self, agent_id: str) -> None:
        self._do(f"/agents/{agent_id}/back")

    def answer(self, ticket_id: str, agent_id: str, text: str, *, private: bool = False) -> None:
        """Answer the customer on an agent's behalf; himself alone what he said in public."""
        said = {"text": text, "agent": agent_id, "private": private}
        self._do(f"/tickets/{ticket_id}/messages", said)

    def resolve(self, ticket_id: str) -> None:
        self._do(f"/tickets/{ticket_id}/resolve")

    def _ask(self, path: str, query: Mapping[str, str] | None = None) -> Json:
        return _read(self._client.get(path, params=query))

    def _do(self, path: str, body: Json | None = None) -> None:
        _read(self._client.post(path, json=body or {}))


def _read(answer: httpx.Response) -> Json:
    answer.raise_for_status()
    found: Json = answer.json()
    return found
