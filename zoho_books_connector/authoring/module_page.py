"""The page of the modules that Get Records by Id reads."""

from __future__ import annotations

from typing import Final

from zoho_books_connector.api.modules import MODULES, Module
from zoho_books_connector.authoring.markdown import code, plain, table

_ABOUT: Final = """\
# Modules that can be read by id

[Get Records by Id](get_record.md) reads one record of any of them. A module's name leads to the schema of its record; a
sample of each is in `schemas/samples/`. Paths and scopes are those of Zoho's published OpenAPI files. What stands in
braces in a path is an input, too: the parents of a record besides its id. The key under which Zoho answers was *seen*
in real answers, or is *documented* in those files; a record under another key is found all the same. Every scope
begins with `ZohoBooks.`, which is left out.

"""


def module_page() -> str:
    """Return the page."""
    return _ABOUT + table(
        ("Module and its key", "Path at Zoho", "Scope", "Key of the answer"), map(_row, MODULES.values())
    )


def _row(module: Module) -> tuple[str, ...]:
    name = f"[{plain(module.title)}](../../schemas/records/{module.key}.json)<br>{code(module.key)}"
    answer = " or ".join(map(code, module.response_keys)) + (", seen" if module.confirmed else ", documented")
    return name, code(module.path), code(module.scope), answer
