"""Every link on a page that stays within the project leads somewhere, anchors included; every page can be reached."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.reading import PAGES, ROOT
from zoho_books_connector.authoring.markdown import anchor

_LINK = re.compile(r"\]\((?!https?://)([^)\s]*)\)")
_CODE = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)


def prose(page: Path) -> str:
    return _CODE.sub("", page.read_text("utf-8"))


def links(page: Path) -> list[str]:
    return _LINK.findall(prose(page))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings; one that comes again is numbered."""
    found: list[str] = []
    for heading in re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE):
        name = anchor(heading)
        count = sum(each == name for each in found)
        found += [name] if not count else [name, f"{name}-{count}"]
    return set(found)


def broken(page: Path, link: str) -> bool:
    path, _, heading = link.partition("#")
    target = (page.parent / path) if path else page
    return not target.exists() or bool(heading and heading not in anchors(target))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    assert [link for link in links(page) if broken(page, link)] == []


def test_a_broken_link_is_found() -> None:
    page = ROOT / "docs" / "index.md"
    assert not broken(page, "setup.md#regions")
    assert broken(page, "setup.md#no-such-heading")
    assert broken(page, "no_such_page.md")


def test_every_page_is_reached_from_an_index() -> None:
    indexes = [page for page in PAGES if page.name == "index.md"]
    reached = {(index.parent / link.partition("#")[0]).resolve() for index in indexes for link in links(index)}
    assert [page for page in PAGES if page not in reached and page != ROOT / "docs" / "index.md"] == []
