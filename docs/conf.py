"""How the pages become a site (`make docs`): plain Markdown in, no address of anybody else's in what comes out.

The source folder is the checkout, so that README, CONTRIBUTING and CHANGELOG are pages too and every relative link
leads to the same place in the site and in the repository.
"""

from __future__ import annotations

import posixpath
import re
from typing import Any

project = "zoho-books-connector"
root_doc = "docs/index"
extensions = ["myst_parser"]
include_patterns = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/**.md"]
exclude_patterns = [".*", "build", "dist", "node_modules", "**/node_modules"]
myst_heading_anchors = 4

html_theme = "furo"
html_title = project
html_static_path = ["site"]
html_css_files = ["tables.css"]
html_extra_path = ["site/index.html"]
html_copy_source = False
html_show_copyright = False
html_theme_options = {"footer_icons": []}

_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
#: A list item or a table row that begins with a link to a page.
_ENTRY = re.compile(r"^(?:- |\| )\[([^\]]+)\]\(([^)#:]+\.md)\)", re.MULTILINE)


def with_contents(docname: str, text: str) -> str:
    """Return an index page with the hidden tables of contents that its own lists of links make, one per section."""
    folder = posixpath.dirname(docname)
    first, *rest = _SECTION.split(text)
    sections = [("", first), *zip(rest[::2], rest[1::2], strict=True)]
    return text + "".join(
        _toctree(
            caption, [f"{title} <{posixpath.normpath(posixpath.join('/', folder, page))}>" for title, page in entries]
        )
        for caption, section in sections
        if (entries := _ENTRY.findall(section))
    )


def _toctree(caption: str, pages: list[str]) -> str:
    said = f":caption: {caption}\n" if caption else ""
    return "\n```{toctree}\n:hidden:\n" + said + "\n" + "\n".join(pages) + "\n```\n"


def _read(_app: object, docname: str, source: list[str]) -> None:
    if posixpath.basename(docname) == "index":
        source[0] = with_contents(docname, source[0])


def setup(app: Any) -> None:
    """Give index pages their tables of contents when they are read."""
    app.connect("source-read", _read)
