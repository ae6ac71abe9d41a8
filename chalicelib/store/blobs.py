"""What is too large for an item: raw payloads, e-mails and attachments, in one bucket."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import quote

LINK_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Blobs:
    """Objects of the mail bucket; `client` makes the client when first called."""

    client: Callable[[], Any]
    bucket: str

    def put_raw(self, event_id: str, raw: str) -> str:
        """Keep a large payload and return its key, the same for every retry."""
        key = f"raw/{sha256(event_id.encode()).hexdigest()}.json"
        self.put(key, raw.encode(), "application/json")
        return key

    def put(self, key: str, body: bytes, mime_type: str) -> None:
        self.client().put_object(Bucket=self.bucket, Key=key, Body=body, ContentType=mime_type)

    def get(self, key: str) -> bytes:
        body: bytes = self.client().get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return body

    def link(self, key: str, file_name: str) -> str:
        """Return an address that lets a browser download the object for an hour."""
        plain = file_name.replace('"', "'").encode("ascii", "replace").decode()
        # The name as it is, for every browser of today, stands after a plain one (RFC 6266 §4.3).
        names = f"filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"
        url: str = self.client().generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self.bucket,
                "Key": key,
                "ResponseContentDisposition": f"attachment; {names}",
            },
            ExpiresIn=LINK_SECONDS,
        )
        return url
