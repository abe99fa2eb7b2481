"""Reading any module: one record by id, or a list of them, from the table of modules alone."""

from __future__ import annotations

from functools import partial

from .calls import Answer, Call, Route, answer_of, wrapped
from .errors import RefusedError
from .listing import heeded, page_of, select
from .modules import MODULES, Module
from .record_fields import Record, list_row

PAGING = ("page", "per_page", "organization_id")


def _belongs(module: Module, record: Record, ids: dict[str, str]) -> bool:
    return all(str(record.get(name, "")) == ids[name] for name in module.parents)


def read_one(candidates: tuple[Module, ...], call: Call) -> Answer:
    """Read a record by id; modules that share a path are looked through in order."""
    for module in candidates:
        record = call.books.find(module.key, call.ids[module.record_parameter])
        if record is not None and _belongs(module, record, call.ids):
            return Answer(content=wrapped(module, call.books, answer_of(module.key, call.books, record)))
    what = f"The {candidates[0].response_key.replace('_', ' ')}"
    raise RefusedError(1002, call.books.switches.missing_record_status, what=what)


def read_list(module: Module, call: Call) -> Answer:
    """List records of a module, filtered and paged."""
    books = call.books
    for name in module.parents:
        if name == "contact_id":
            books.get("contact", call.ids[name])
    query = heeded(module.key, call.query, books.switches)
    shown = partial(answer_of, module.key, books)

    def choose() -> list[Record]:
        listed = (record for record in books.listed(module.key) if _belongs(module, record, call.ids))
        return select(module.key, listed, query, shown)

    asked = frozenset((name, value) for name, value in query.items() if name not in PAGING)
    selected = books.in_order((module.key, frozenset(call.ids.items()), asked), choose)
    page, context = page_of(module.key, selected, query, module.list_key.replace("_", " ").title())
    whole = module.key == "contact_person"
    content = {module.list_key: [shown(record) if whole else list_row(shown(record)) for record in page]}
    return Answer(content=content | {"page_context": context})


def read_current_user(call: Call) -> Answer:
    """Read the user whose token it is; the sandbox has one."""
    user = next(user for user in call.books.all("user") if user.get("is_current_user"))
    return Answer(content={"user": answer_of("user", call.books, user)})


def reading_routes() -> list[Route]:
    """Read and list routes of every module; organizations are listed elsewhere, without an organization."""
    routes = [Route("GET", "/users/me", "settings", read_current_user)]
    for module in MODULES.values():
        sharing = tuple(other for other in MODULES.values() if other.path == module.path)
        if sharing[0] is not module:
            continue
        routes.append(Route("GET", module.path, module.group, partial(read_one, sharing)))
        if module.key != "organization":
            routes.append(Route("GET", module.list_path, module.group, partial(read_list, module)))
    return routes
