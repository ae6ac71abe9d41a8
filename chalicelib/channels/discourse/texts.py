"""What a post says and carries: from its Markdown where there is some, else from its HTML."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from chalicelib.channels.discourse.payloads import Post
from chalicelib.domain.messages import Attachment, AttachmentKind


def said_in(post: Post, base_url: str) -> tuple[str, tuple[Attachment, ...]]:
    """Return the words and the uploads of a post.

    Only what lies on the forum itself is an attachment: a picture from elsewhere stays a link.
    """
    cooked = _Cooked(base_url)
    cooked.feed(post.cooked[:_LONGEST])
    cooked.close()
    text = _plain(post.raw) if post.raw is not None else cooked.text
    return text, tuple(cooked.attachments)


def _plain(raw: str) -> str:
    """Return Markdown as it was written, without the places of uploads and quoted posts."""
    return _BLANKS.sub("\n\n", _UPLOAD.sub("", _QUOTE.sub("", raw))).strip()


class _Cooked(HTMLParser):
    """Reads a post's HTML. Quotes are others' words."""

    def __init__(self, base_url: str) -> None:
        super().__init__(convert_charrefs=True)
        self._base_url = base_url
        self._parts: list[str] = []
        self._quoted = 0
        self._file: Attachment | None = None
        self.attachments: list[Attachment] = []

    @property
    def text(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self._parts).split("\n"))
        return _BLANKS.sub("\n\n", "\n".join(lines)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        if tag == "aside":
            # The card of a link shows another page's words: only the link was said.
            self._parts.append("" if self._quoted else given.get("data-onebox-src", ""))
            self._quoted += 1
        elif self._quoted:
            return
        elif tag == "img":
            self._image(given, classes)
        elif tag in _MEDIA:
            self._add(given.get("src", ""), _MEDIA[tag], given.get("title") or None)
        elif tag == "a" and "attachment" in classes:
            self._add(given.get("href", ""), AttachmentKind.FILE, None)
            self._file = self.attachments[-1] if self.attachments else None
        elif tag in _BLOCKS:
            self._parts.append("\n" if tag in ("br", "li") else "\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "aside":
            self._quoted = max(0, self._quoted - 1)
        elif tag == "a":
            self._file = None
        elif tag in _BLOCKS and not self._quoted:
            self._parts.append("\n")

    def handle_data(self, data: str) -> None:
        if self._quoted:
            return
        if self._file is None:
            self._parts.append(data.replace("\n", " "))
        elif self.attachments and data.strip():
            file = self.attachments.pop()
            self._file = Attachment(kind=file.kind, name=data.strip(), url=file.url)
            self.attachments.append(self._file)

    def _image(self, given: dict[str, str], classes: list[str]) -> None:
        if "emoji" in classes:
            self._parts.append(given.get("alt", ""))
        elif "avatar" not in classes and "site-icon" not in classes:
            self._add(given.get("src", ""), AttachmentKind.IMAGE, given.get("alt") or None)

    def _add(self, url: str, kind: AttachmentKind, name: str | None) -> None:
        found = _on_the_forum(self._base_url, url)
        if found:
            self.attachments.append(Attachment(kind=kind, name=name, url=found))


def _on_the_forum(base_url: str, url: str) -> str | None:
    """Return the whole address of an upload; None of what lies elsewhere or is no address."""
    try:
        whole = urljoin(f"{base_url}/", url)
        here, there = urlsplit(base_url), urlsplit(whole)
    except ValueError:
        return None
    if there.scheme != "https":
        return None
    # Forums keep their uploads below /uploads, or on a CDN whose paths keep that word.
    is_here = there.netloc == here.netloc
    is_upload = _is_upload(here.path, there.path) if is_here else _is_cdn(there.path)
    return whole if is_upload else None


def is_upload(base_url: str, url: str) -> bool:
    """Tell an upload of the forum itself from all else that its key would open."""
    here, there = urlsplit(base_url), urlsplit(url)
    return here.netloc == there.netloc and _is_upload(here.path, there.path)


def _is_upload(base: str, path: str) -> bool:
    places = tuple(f"{base.rstrip('/')}/{name}/" for name in ("uploads", "secure-uploads"))
    return path.startswith(places) and ".." not in path and "%" not in path


def _is_cdn(path: str) -> bool:
    return "/original/" in path or "/optimized/" in path


_MEDIA = {"video": AttachmentKind.VIDEO, "audio": AttachmentKind.AUDIO}
_BLOCKS = frozenset({"p", "br", "li", "ul", "ol", "div", "blockquote", "pre", "h1", "h2", "h3"})

# ![name|690x388](upload://hash.png) and [name.pdf|attachment](upload://hash.pdf) (12.3 KB)
_UPLOAD = re.compile(r"!?\[[^\]\n]{0,500}\]\(upload://[^)\s]{1,200}\)(?: \([0-9.,]+ [KMG]?B\))?")
_QUOTE = re.compile(r"\[quote(?:=[^\]\n]{0,500})?\](?:(?!\[quote).)*?\[/quote\]", re.DOTALL)
_BLANKS = re.compile(r"\n(?:[ \t]*\n)+")

_LONGEST = 200_000
"""Characters of HTML that are read; a post has 32 000 of Markdown."""
