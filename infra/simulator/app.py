"""The simulator as one ASGI application."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import httpx
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from infra.simulator.cdn import HOST as CDN_HOST
from infra.simulator.cdn import Cdn
from infra.simulator.control import Control
from infra.simulator.drops import AbortableConnections
from infra.simulator.gateway import Gateway
from infra.simulator.mail.bucket import MailBucket
from infra.simulator.mail.outbox import Outbox
from infra.simulator.mail.routes import CHANNEL as EMAIL
from infra.simulator.mail.routes import Mail
from infra.simulator.mail.ses import Ses
from infra.simulator.memory import Memory
from infra.simulator.pages import STATIC, Pages
from infra.simulator.people import People
from infra.simulator.platforms import all_platforms
from infra.simulator.platforms.base import NotOnThisPlatformError
from infra.simulator.stack import StackFile
from infra.simulator.webhooks import Postman

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def create_app(stack_path: Path, *, emulator_url: str, retry_scale: float) -> AbortableConnections:
    """Wire the simulator together."""
    # The outside world is played here: no proxy of this machine has a part in it.
    client = httpx.AsyncClient(trust_env=False, limits=httpx.Limits(max_connections=200))
    memory, stack = Memory(), StackFile(stack_path)
    postman = Postman(client, retry_scale)
    platforms = all_platforms()
    ses = Ses(client, emulator_url, memory)
    outbox = Outbox(client, emulator_url, ses)
    channels = {platform.channel for platform in platforms} | {EMAIL}
    routes = [
        *_control_routes(Control(stack, memory, postman, channels)),
        *_mail_routes(Mail(stack, memory, MailBucket(emulator_url), outbox), ses),
        *_page_routes(Pages(stack, memory, postman, outbox)),
        *_people_routes(People(platforms, stack, memory, postman)),
        Route(f"/{CDN_HOST}/{{name}}", Cdn(memory).serve),
        # Last, because it takes everything: the first segment is the real host.
        Route(
            "/{host}/{path:path}", Gateway(platforms, stack, memory, postman).call, methods=METHODS
        ),
    ]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await postman.forget()
        await client.aclose()

    handlers = {
        ValidationError: _invalid,
        KeyError: _not_found,
        NotOnThisPlatformError: _not_on_this_platform,
        httpx.HTTPError: _emulator_fails,
        BotoCoreError: _emulator_fails,
        ClientError: _emulator_fails,
    }
    app = Starlette(routes=routes, exception_handlers=handlers, lifespan=lifespan)
    return AbortableConnections(app)


def _control_routes(control: Control) -> list[Route]:
    return [
        Route("/", control.forget, methods=["DELETE"]),
        Route("/health", control.health),
        Route("/calls", control.calls),
        Route("/calls", control.clear_calls, methods=["DELETE"]),
        Route("/webhooks", control.webhooks),
        Route("/faults", control.faults),
        Route("/faults", control.order_fault, methods=["POST"]),
        Route("/faults", control.clear_faults, methods=["DELETE"]),
    ]


def _mail_routes(mail: Mail, ses: Ses) -> list[Route]:
    return [
        Route("/v2/email/{operation:path}", ses.call, methods=METHODS),
        Route(f"/customers/{EMAIL}/{{account}}", mail.customer, methods=["POST"]),
        Route("/mails", mail.mails),
        Route("/mails/{id}", mail.mail),
        Route("/mails/{id}/reply", mail.reply, methods=["POST"]),
        Route("/sms", mail.text_messages),
    ]


def _people_routes(people: People) -> list[Route]:
    return [
        Route("/customers/{channel}/{account}", people.customer, methods=["POST"]),
        Route("/agents/{channel}/{account}", people.agent, methods=["POST"]),
    ]


def _page_routes(pages: Pages) -> list[Route | Mount]:
    return [
        Route("/", pages.chat_page),
        Route("/mail", pages.mail_page),
        Route("/mails/{id}/body", pages.mail_body),
        Route("/accounts", pages.accounts),
        Route("/chats", pages.chats),
        Route("/chats/{channel}/{account}/{external_id}", pages.chat),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]


async def _invalid(_: Request, error: Exception) -> Response:
    problems = cast("ValidationError", error).json(include_url=False, include_context=False)
    return JSONResponse({"errors": json.loads(problems)}, 422)


async def _not_found(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": f"no such thing: {error.args[0]}"}, 404)


async def _not_on_this_platform(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 422)


async def _emulator_fails(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": f"the local cloud does not answer: {type(error).__name__}"}, 502)
