"""What a browser without scripts would post of a form as it stands."""

from __future__ import annotations

from html.parser import HTMLParser


class FormReader(HTMLParser):
    """Collects the names and values of controls, as HTML says they are submitted."""

    def __init__(self) -> None:
        super().__init__()
        self.posted: list[tuple[str, str]] = []
        self._text: tuple[str, list[str]] | None = None
        self._select: str | None = None
        self._first: str | None = None
        self._chosen: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: dict[str, str] = {}
        for name, value in attrs:
            given.setdefault(name, value or "")
        if tag == "input" and "name" in given:
            if given.get("type") != "checkbox" or "checked" in given:
                self.posted.append((given["name"], given.get("value", "").replace("\n", "")))
        elif tag == "textarea":
            self._text = given["name"], []
        elif tag == "select":
            self._select, self._first, self._chosen = given["name"], None, None
        elif tag == "option" and self._select is not None:
            if self._first is None:
                self._first = given["value"]
            if "selected" in given:
                self._chosen = given["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text is not None:
            name, parts = self._text
            # The parser of HTML drops one line break at the beginning; a form is sent with CRLF.
            text = "".join(parts).removeprefix("\n")
            self.posted.append((name, text.replace("\n", "\r\n")))
            self._text = None
        elif tag == "select" and self._select is not None:
            self.posted.append((self._select, self._chosen if self._chosen is not None else self._first or ""))
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text[1].append(data)


def posted_by(html: str) -> list[tuple[str, str]]:
    """Return what would be posted, in order."""
    reader = FormReader()
    reader.feed(html)
    reader.close()
    return reader.posted


def value_of(html: str, name: str) -> str | None:
    """Return the value of one control."""
    return dict(posted_by(html)).get(name)
