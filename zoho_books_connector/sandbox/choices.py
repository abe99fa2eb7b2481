"""What forms pick from and no module is: templates, salespersons, locations, and definitions of custom fields."""

from __future__ import annotations

from functools import partial

from .books import Books
from .calls import Answer, Call, Route
from .errors import RefusedError
from .listing import page_of
from .modules import MODULES
from .record_fields import Record

WITH_TEMPLATES = (
    "invoice",
    "sales_order",
    "estimate",
    "credit_note",
    "purchase_order",
    "retainer_invoice",
    "delivery_challan",
)
TEMPLATES = (("Standard Template", "standard"), ("Spreadsheet Template", "spreadsheet"))
HEAD_OFFICE: Record = {
    "type": "general",
    "location_name": "Head Office",
    "address": {"street_address1": "1 Main Street", "city": "Springfield", "state": "OR", "country": "U.S.A"},
    "is_primary": True,
}
ID_FIELDS = {"location": "location_id", "salesperson": "salesperson_id", "template": "template_id"}
CUSTOM_FIELD = "custom_field"


def start_choices(books: Books) -> None:
    """Give an organization what every one has: templates and a first location."""
    add_choice(books, "location", HEAD_OFFICE)
    for module in WITH_TEMPLATES:
        for name, kind in TEMPLATES:
            add_choice(books, "template", {"template_name": name, "template_type": kind, "module": module})


def add_choice(books: Books, kind: str, record: Record) -> Record:
    """Add a location, a salesperson, a template of a `module`, or a custom field of a `module`."""
    if kind == CUSTOM_FIELD:
        return _define(books, record)
    stored = {ID_FIELDS[kind]: books.new_choice_id(), **record}
    books.choices[kind].append(stored)
    return stored


def is_choice(kind: str) -> bool:
    """Whether this is the name of such a list."""
    return kind in ID_FIELDS or kind == CUSTOM_FIELD


def has_choice(books: Books, kind: str, record: Record) -> bool:
    """Whether the organization has it already."""
    known = books.custom_fields[record["module"]] if kind == CUSTOM_FIELD else books.choices[kind]
    wanted = {name: value for name, value in record.items() if name != "module" or kind != CUSTOM_FIELD}
    return any(wanted.items() <= each.items() for each in known)


def _define(books: Books, record: Record) -> Record:
    known = books.custom_fields[record["module"]]
    definition = {
        "customfield_id": books.new_choice_id(),
        "index": len(known) + 1,
        "is_unique": False,
        **{name: value for name, value in record.items() if name != "module"},
    }
    known.append(definition)
    return definition


def choice_routes() -> list[Route]:
    """The routes of the lists."""
    return [
        Route("GET", "/locations", "settings", _list_locations),
        Route("GET", "/salespersons", "settings", _list_salespersons),
        Route("GET", "/settings/preferences/customfields", "settings", _list_custom_fields),
        *(
            Route("GET", f"{MODULES[module].list_path}/templates", MODULES[module].group, partial(_templates, module))
            for module in WITH_TEMPLATES
        ),
    ]


def _list_locations(call: Call) -> Answer:
    return Answer(content={"locations": [dict(location) for location in call.books.choices["location"]]})


def _list_salespersons(call: Call) -> Answer:
    page, context = page_of("salesperson", call.books.choices["salesperson"], call.query, "Salespersons")
    return Answer(content={call.books.switches.salesperson_key: page, "page_context": context})


def _templates(module: str, call: Call) -> Answer:
    shown = [
        {name: value for name, value in template.items() if name != "module"}
        for template in call.books.choices["template"]
        if template["module"] == module
    ]
    return Answer(content={"templates": shown})


def _list_custom_fields(call: Call) -> Answer:
    switches = call.books.switches
    if switches.custom_field_list == "unknown_address":
        raise RefusedError(5, 404)
    entity = call.query.get("entity", "")
    module = next((key for key in call.books.custom_fields if MODULES[key].response_key == entity), None)
    if module is None:
        raise RefusedError(2, field="entity")
    shown = [_definition(definition, entity) for definition in call.books.custom_fields[module]]
    return Answer(content={"customfields": shown if switches.custom_field_answer == "list" else {entity: shown}})


def _definition(definition: Record, entity: str) -> Record:
    return {
        "field_id": definition["customfield_id"],
        "is_active": True,
        "is_mandatory": False,
        "search_entity": entity,
        "placeholder": definition["api_name"],
        **definition,
    }
