"""What scripts and tests ask of the simulator itself: calls, webhooks, faults, health."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from infra.simulator.memory import Fault, Memory
from infra.simulator.stack import StackFile
from infra.simulator.webhooks import Postman


class FaultOrder(BaseModel):
    """`slow` takes the message and answers after `seconds`; `drop` never took it."""

    model_config = ConfigDict(extra="forbid")

    channel: str
    kind: Literal["throttle", "server_error", "blocked", "expired_token", "slow", "drop"]
    times: int = Field(1, ge=1, le=10_000)
    seconds: float = Field(12, ge=0, le=120)


class Control:
    """The simulator's own API."""

    def __init__(
        self, stack: StackFile, memory: Memory, postman: Postman, channels: set[str]
    ) -> None:
        self._stack = stack
        self._memory = memory
        self._postman = postman
        self._channels = channels

    async def health(self, request: Request) -> Response:
        accounts = self._stack.read().accounts
        return JSONResponse({"status": "ok", "accounts": len(accounts)})

    async def forget(self, request: Request) -> Response:
        """Forget every call, conversation and fault, and give up webhooks still under way."""
        await self._postman.forget()
        self._memory.forget()
        return Response(status_code=204)

    async def calls(self, request: Request) -> Response:
        """List the recorded calls, oldest first, of one channel and account if asked."""
        wanted = _wanted(request, "channel", "account")
        return JSONResponse([call for call in self._memory.calls if _matches(call, wanted)])

    async def clear_calls(self, request: Request) -> Response:
        self._memory.calls.clear()
        return Response(status_code=204)

    async def webhooks(self, request: Request) -> Response:
        """List the webhooks sent, each with all its attempts so far."""
        wanted = _wanted(request, "channel", "account", "state", "event_id", "message_id")
        deliveries = [delivery.as_json() for delivery in self._postman.deliveries]
        return JSONResponse([item for item in deliveries if _matches(item, wanted)])

    async def order_fault(self, request: Request) -> Response:
        order = FaultOrder.model_validate_json(await request.body())
        if order.channel not in self._channels:
            raise KeyError(order.channel)
        fault = Fault(kind=order.kind, seconds=order.seconds)
        self._memory.order_fault(order.channel, fault, order.times)
        return JSONResponse(self._waiting_faults(), status_code=202)

    async def faults(self, request: Request) -> Response:
        return JSONResponse(self._waiting_faults())

    async def clear_faults(self, request: Request) -> Response:
        self._memory.faults.clear()
        return Response(status_code=204)

    def _waiting_faults(self) -> dict[str, list[str]]:
        return {
            channel: [fault.kind for fault in waiting]
            for channel, waiting in self._memory.faults.items()
            if waiting
        }


def _wanted(request: Request, *names: str) -> dict[str, str]:
    return {name: request.query_params[name] for name in names if request.query_params.get(name)}


def _matches(item: dict[str, object], wanted: dict[str, str]) -> bool:
    return all(item.get(name) == value for name, value in wanted.items())
