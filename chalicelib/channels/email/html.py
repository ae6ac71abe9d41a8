"""HTML of a mail to the text a person reads: linear in time, and quotes marked as in plain mail.

The standard library's parser takes quadratic time on unclosed tags (a minute for 60 kB of `<a `),
and nothing here needs a tree.
"""

import html as entities
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from chalicelib.channels.email.charsets import clean

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})")
_SPACES = re.compile(r"[ \t\n\f\v]+")
# What these hold isn't words.
_RAW = {
    name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style", "title", "svg")
}
# How mail programs mark what they quote. A bare <blockquote> may be the writer's own indent,
# and Gmail's <div class="gmail_quote"> also holds the line that says who wrote.
_CITED = {
    "blockquote": re.compile(r"type\s*=\s*[\"']?cite|class\s*=\s*[\"']?[^\"'>]{0,200}quote", re.I),
    "div": re.compile(
        r"(?:class|id)\s*=\s*[\"']?[^\"'>]{0,200}"
        r"(?:yahoo_quoted|protonmail_quote|zmail_extra|mail-editor-reference-message)",
        re.I,
    ),
}
_PARAGRAPHS = {"p", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6"}
_LINES = {"li", "tr", "hr", "section", "article", "header", "footer", "address", "dt", "dd"}
_MAX_DEPTH = 100


def html_to_text(html: str) -> str:
    """Return `html` as text: a paragraph or row a line, cited blocks marked with `> `."""
    writer = _Writer()
    for name, value in _tokens(html):
        if name:
            writer.tag(name, value)
        else:
            writer.words(value)
    return clean(writer.text())


def _tokens(html: str) -> Iterator[tuple[str, str]]:
    """Yield ("", words), and for a tag its name (`p`, `/p`) and the tag as written."""
    unclosed: set[str] = set()
    at = 0
    while (start := html.find("<", at)) >= 0:
        yield "", html[at:start]
        found = _TAG.match(html, start)
        if found:
            at = _tag_end(html, start)
            name = found.group(2).lower()
            yield found.group(1) + name, html[start:at]
            if name in _RAW and not found.group(1) and name not in unclosed:
                closing = _RAW[name].search(html, at)
                at = closing.start() if closing else at
                unclosed |= set() if closing else {name}
        else:
            at = _declaration_end(html, start)
            yield "", "<" if at == start + 1 else ""
    yield "", html[at:]


def _declaration_end(html: str, start: int) -> int:
    """Return where a comment or declaration ends, or the next character: a `<` of the text."""
    if html.startswith("<!--", start):
        return _after(html, "-->", start + 4)
    return _after(html, ">", start) if html.startswith(("<!", "<?"), start) else start + 1


def _after(html: str, mark: str, start: int) -> int:
    end = html.find(mark, start)
    return len(html) if end < 0 else end + len(mark)


def _tag_end(html: str, start: int) -> int:
    """Return where the tag ends; a `>` within quotes doesn't end it, within reason."""
    end = first = _after(html, ">", start)
    for _ in range(4):
        if html.count('"', start, end) % 2 == 0:
            return end
        end = _after(html, ">", end)
    return first


@dataclass(slots=True)
class _Writer:
    """Text as it grows; `open` holds the blocks around it, each with whether it is cited."""

    lines: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    open: list[tuple[str, bool]] = field(default_factory=list)
    preformatted: int = 0

    def words(self, value: str) -> None:
        text = entities.unescape(value).replace("\xa0", " ")
        if not self.preformatted:
            self._append(_SPACES.sub(" ", text))
            return
        first, *rest = text.split("\n")
        self._append(first)
        for each in rest:
            self._new_line()
            self._append(each)

    def tag(self, name: str, written: str) -> None:
        bare = name.lstrip("/")
        if bare in _CITED:
            self._block(name, written[:2000])
        elif bare in _PARAGRAPHS:
            self._paragraph()
        elif name == "br":
            self._new_line()
        elif bare in {"td", "th"}:
            self._append(" ")
        elif bare == "pre":
            self._end_line()
            self.preformatted = max(0, self.preformatted + (1 if name == bare else -1))
        elif bare in _LINES:
            self._end_line()
            self._append("- " if name == "li" else "")

    def text(self) -> str:
        self._end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip("\n")

    def _block(self, name: str, written: str) -> None:
        self._end_line()
        if name.startswith("/"):
            self._close(name[1:])
        if name.endswith("blockquote"):
            self._paragraph()
        if name in _CITED and len(self.open) < _MAX_DEPTH:
            self.open.append((name, bool(_CITED[name].search(written))))

    def _close(self, name: str) -> None:
        """Close the nearest such block; a stray `</div>` doesn't end the quote around it."""
        names = [opened for opened, _ in self.open]
        inner = names[::-1]
        at = inner.index(name) if name in inner else -1
        if at >= 0 and (name == "blockquote" or "blockquote" not in inner[:at]):
            del self.open[len(names) - 1 - at :]

    def _append(self, text: str) -> None:
        text = text if self.line or self.preformatted else text.lstrip(" ")
        if text:
            self.line.append(text)

    def _end_line(self) -> None:
        if "".join(self.line).strip():
            self._new_line()
        self.line = []

    def _new_line(self) -> None:
        self.lines.append(self._mark() + "".join(self.line).rstrip())
        self.line = []

    def _paragraph(self) -> None:
        self._end_line()
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append(self._mark().rstrip())

    def _mark(self) -> str:
        return "> " * sum(cited for _, cited in self.open)
