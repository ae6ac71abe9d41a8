"""What a browser is told with a page: whom it is for, and that nothing but our style may run on it.

The one style sheet stands in the page itself, and the policy allows it by its hash.
"""

import base64
import hashlib
from collections.abc import Mapping
from importlib.resources import files

STYLE = (files("chalicelib.web") / "static" / "style.css").read_text(encoding="utf-8").strip()
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

SECURITY_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Content-Type": "text/html; charset=utf-8",
    # The address of a page may hold a signed link.
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}

PUBLIC_HEADERS: Mapping[str, str] = {
    **{name: value for name, value in SECURITY_HEADERS.items() if name != "X-Robots-Tag"},
    "Cache-Control": "public, max-age=300",
    "Vary": "Accept-Language",
}
"""For what is nobody's secret, and good for five minutes."""
