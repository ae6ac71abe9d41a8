"""Reads HTML as a browser would, as far as tests ask."""

from html.parser import HTMLParser

Attributes = dict[str, str | None]


class Markup(HTMLParser):
    """All elements of a document and its visible text; `opened` must be empty at the end."""

    VOID = frozenset({"meta", "input", "br", "img", "hr", "link"})

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, Attributes]] = []
        self.opened: list[str] = []
        self._text: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        if "style" not in self.opened:
            self._text.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self._text).split())

    def all(self, tag: str) -> list[Attributes]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def addresses(self) -> set[str]:
        """Everything the document points to or loads."""
        return {
            value
            for _, attributes in self.elements
            for name, value in attributes.items()
            if value and name in ("href", "src", "action", "background", "srcset")
        }
