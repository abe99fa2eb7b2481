"""One call to the Books API, its answer, its route, and the form records take in answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import NoReturn

from . import contact_persons, contacts, documents, items
from .books import Books
from .documents import INVOICES, SALES_ORDERS
from .errors import RefusedError
from .messages import Request
from .modules import Module
from .record_fields import Record, dress


@dataclass(frozen=True)
class Call:
    """One authorized call to the books of one organization."""

    books: Books
    request: Request
    ids: dict[str, str]
    given_body: Record | None = None

    @cached_property
    def body(self) -> Record:
        """The object that was sent, as JSON or in a form's `JSONString`; raises 1038 for anything else.

        Half of a surrogate pair is no text either, though JSON can spell it.
        """
        if self.given_body is not None:
            return self.given_body
        request = self.request
        text = request.form.get("JSONString", "") if request.form else request.body.decode("utf-8", "replace")
        try:
            sent = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
            if "\\u" in text:
                json.dumps(sent, default=str, ensure_ascii=False).encode()
        except ValueError:
            raise RefusedError(1038) from None
        if not isinstance(sent, dict):
            raise RefusedError(1038)
        return sent

    @property
    def query(self) -> dict[str, str]:
        """Query parameters."""
        return self.request.query


@dataclass(frozen=True)
class Answer:
    """What a call is answered with, beside the code 0."""

    message: str = "success"
    content: Record = field(default_factory=dict)
    status: int = 200
    location: str = ""


@dataclass(frozen=True)
class Route:
    """One call; `{…}` in the path stands for an id."""

    method: str
    path: str
    group: str
    carry_out: Callable[[Call], Answer]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The path as a regular expression; custom modules have names of their own."""
        named = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path)
        return re.compile(named.replace("(?P<module_name>[^/]+)", r"(?P<module_name>cm_\w+)") + "/?$")


AnswerOf = Callable[[Books, Record], Record]
ANSWERS: dict[str, AnswerOf] = {
    "contact": contacts.contact_answer,
    "contact_person": contact_persons.person_answer,
    "item": items.item_answer,
    "sales_order": lambda books, record: documents.document_answer(books, SALES_ORDERS, record),
    "invoice": lambda books, record: documents.document_answer(books, INVOICES, record),
}


def answer_of(module: str, books: Books, record: Record) -> Record:
    """A record of any module as answers show it."""
    if module in ANSWERS:
        return ANSWERS[module](books, record)
    return dress(module, record, books.switches, books.symbol)


def wrapped(module: Module, books: Books, shown: Record) -> Record:
    """A record under its response key, or as a list or flat where a switch says so."""
    switches = books.switches
    if module.switch:
        key = str(getattr(switches, module.switch))
        return shown if key == "flat" else {key: shown}
    as_list = {"contact_person": switches.contact_person_answer, "sales_order": switches.sales_order_answer}
    return {module.response_key: [shown] if as_list.get(module.key) == "list" else shown}


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
