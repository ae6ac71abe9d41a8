"""The platforms' APIs as the stack calls them, at `/{host}/{path}`: routed, recorded, answered."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from infra.simulator.drops import drop_connection
from infra.simulator.masking import masked, masked_path
from infra.simulator.memory import Entry, Fault, Memory
from infra.simulator.platforms.base import ApiAnswer, ApiRequest, Platform, Said
from infra.simulator.stack import Account, StackFile
from infra.simulator.webhooks import Postman

# Long enough for a test to see an echo overtake or follow the answer to the call.
ECHO_DELAY = 0.2


class Gateway:
    """Answers every outside call of the stack in the called platform's own words."""

    def __init__(
        self,
        platforms: Sequence[Platform],
        stack: StackFile,
        memory: Memory,
        postman: Postman,
    ) -> None:
        self._platforms = platforms
        self._stack = stack
        self._memory = memory
        self._postman = postman

    async def call(self, request: Request) -> Response:
        """Serve one call."""
        api_request = await _read(request)
        platform, account = self._claim(api_request)
        if platform is None:
            return self._unknown_host(api_request)
        fault = self._memory.take_fault(platform.channel) if platform.is_send(api_request) else None
        answer = await self._answer(platform, api_request, account, fault)
        self._record(platform.channel, account, api_request, answer)
        if answer is None:
            return drop_connection(request)
        if account is not None:
            self._follow_up(platform, account, answer)
        return _response(answer)

    def _claim(self, request: ApiRequest) -> tuple[Platform | None, Account | None]:
        """Return the platform of this host, by preference the one that knows the caller."""
        stack = self._stack.read()
        at_host = [platform for platform in self._platforms if request.host in platform.hosts]
        for platform in at_host:
            account = platform.find_account(request, stack.of_channel(platform.channel))
            if account is not None:
                return platform, account
        return (at_host[0] if at_host else None), None

    async def _answer(
        self, platform: Platform, request: ApiRequest, account: Account | None, fault: Fault | None
    ) -> ApiAnswer | None:
        """Return the answer, None for a connection that is to break before the call is taken."""
        if fault is not None and fault.kind == "drop":
            return None
        if fault is not None and fault.kind in platform.faults:
            return platform.faults[fault.kind]()
        answer = platform.answer(request, account, self._memory, datetime.now(UTC))
        if fault is not None:
            await asyncio.sleep(fault.seconds)
        return answer

    def _follow_up(self, platform: Platform, account: Account, answer: ApiAnswer) -> None:
        if answer.said is not None:
            key = (account.channel, account.account, answer.said.external_id)
            self._memory.chat(key).entries.append(_entry(answer.said))
        if answer.webhooks and account.webhook_url:
            self._postman.deliver(answer.webhooks, account, platform.retries, delay=ECHO_DELAY)

    def _unknown_host(self, request: ApiRequest) -> Response:
        error = f"no platform of the simulator lives at {request.host}"
        answer = ApiAnswer(status=404, body={"error": error})
        self._record(None, None, request, answer)
        return _response(answer)

    def _record(
        self,
        channel: str | None,
        account: Account | None,
        request: ApiRequest,
        answer: ApiAnswer | None,
    ) -> None:
        self._memory.calls.append(
            {
                "id": self._memory.next_number(),
                "at": datetime.now(UTC).isoformat(),
                "channel": channel,
                "account": account.account if account else None,
                "method": request.method,
                "host": request.host,
                "path": masked_path(request.path),
                "query": masked(request.query),
                "headers": masked(request.headers),
                "body": _shown_body(request),
                "status": answer.status if answer else None,
                "response": _shown_answer(answer),
            }
        )


async def _read(request: Request) -> ApiRequest:
    return ApiRequest(
        method=request.method,
        host=request.path_params["host"],
        path=f"/{request.path_params['path']}",
        query=dict(request.query_params),
        headers=dict(request.headers),
        body=await request.body(),
    )


def _shown_body(request: ApiRequest) -> Any:
    return masked(request.parameters()) or request.body.decode("utf-8", "replace")


def _shown_answer(answer: ApiAnswer | None) -> Any:
    if answer is None or isinstance(answer.body, bytes):
        return None
    return masked(answer.body)


def _response(answer: ApiAnswer) -> Response:
    headers = dict(answer.headers)
    if isinstance(answer.body, bytes):
        return Response(answer.body, answer.status, headers)
    return Response(
        json.dumps(answer.body, ensure_ascii=False),
        answer.status,
        {"content-type": "application/json; charset=utf-8", **headers},
    )


def _entry(said: Said) -> Entry:
    return Entry(
        id=said.id,
        by="company",
        at=datetime.now(UTC),
        text=said.text,
        attachments=list(said.attachments),
        buttons=list(said.buttons),
    )
