"""Plays the person in front of the browser: reads the consent page, chooses, and is sent back to the host."""

from __future__ import annotations

import urllib.request
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin


class _Form(HTMLParser):
    """The first form of a page: its action and its hidden fields."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the form's action and hidden fields."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given.get("action", "")
        elif tag == "input" and given.get("type") == "hidden":
            self.fields[given["name"]] = given["value"]


def accept(authorization_url: str, *, data_centre: str) -> None:
    """Open the consent page, say where the account lives, accept, and follow the redirect to the callback."""
    with urllib.request.urlopen(authorization_url) as page:  # noqa: S310 - the sandbox's loopback address
        form = _Form()
        form.feed(page.read().decode())
    chosen = {**form.fields, "data_centre": data_centre, "decision": "accept"}
    target = urljoin(authorization_url, form.action)
    with urllib.request.urlopen(target, data=urlencode(chosen).encode()) as answer:  # noqa: S310 - as above
        answer.read()
