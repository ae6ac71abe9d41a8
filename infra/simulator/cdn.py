"""Where customers' files lie that a platform names by an address."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from infra.simulator.memory import Memory
from infra.simulator.platforms import ids
from infra.simulator.platforms.base import Attachment

HOST = "cdn.simulated.example"
TYPES = {
    "image": "image/png",
    "gif": "image/gif",
    "audio": "audio/mpeg",
    "video": "video/mp4",
    "sticker": "image/webp",
}


def hosted(attachment: Attachment, memory: Memory) -> Attachment:
    """Return an attachment with an address, where it has only content so far."""
    if attachment.url or not attachment.content:
        return attachment
    name = f"{ids.hexadecimal(12)}.{attachment.type}"
    memory.files[name] = attachment.content
    return replace(attachment, url=f"https://{HOST}/{name}")


class Cdn:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def serve(self, request: Request) -> Response:
        name = request.path_params["name"]
        content = self._memory.files.get(name)
        if content is None:
            return Response(status_code=404)
        kind = name.rpartition(".")[2]
        return Response(content, media_type=TYPES.get(kind, "application/octet-stream"))
