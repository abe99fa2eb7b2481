"""The table of modules, and how a record is taken out of an answer."""

from __future__ import annotations

import re
from typing import Any

import pytest

from zoho_books_connector.api.modules import MODULES, record_of
from zoho_books_connector.models.records import GetRecord
from zoho_books_connector.oauth.scopes import SCOPES
from zoho_books_connector.validation import parse_input

RECORD = {"item_id": "1", "name": "Hard Drive"}


@pytest.mark.parametrize("module", MODULES.values(), ids=lambda row: row.key)
def test_row_is_complete(module: Any) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", module.key)
    assert re.fullmatch(r"(/[a-z_]+|/{[a-z_]+})+", module.path)
    assert module.response_keys
    assert set(module.needs) <= set(GetRecord._path)
    assert set(module.query) <= {name for _, name in GetRecord._query}


@pytest.mark.parametrize("module", MODULES.values(), ids=lambda row: row.key)
def test_scope_exists(module: Any) -> None:
    assert module.full_scope in SCOPES


@pytest.mark.parametrize("module", MODULES.values(), ids=lambda row: row.key)
def test_path_is_made_of_the_inputs(module: Any) -> None:
    given = {name: "cm_vehicles" if name == "module_api_name" else "460000000026049" for name in module.needs}
    inputs = parse_input(GetRecord, given | {"module": module.key})
    assert inputs.path() == module.path.format(**given)
    assert inputs.row is module


@pytest.mark.parametrize(
    ("payload", "record"),
    [
        ({"code": 0, "message": "success", "item": RECORD}, RECORD),
        ({"code": 0, "message": "success", "item": [RECORD]}, RECORD),
        ({"code": 0, "message": "success", "thing": RECORD, "page_context": {}}, RECORD),
        ({"code": 0, "message": "success", "thing": [RECORD]}, RECORD),
        ({"code": 0, "message": "success", **RECORD}, RECORD),
        ({"code": 0, "message": "success", "thing": [RECORD, RECORD]}, {"thing": [RECORD, RECORD]}),
        ({"code": 0, "message": "success", "users": [], "item": RECORD}, RECORD),
        ({"code": 0, "message": "success"}, {}),
    ],
)
def test_record_is_found(payload: dict[str, Any], record: dict[str, Any]) -> None:
    assert record_of(MODULES["item"], payload) == record


def test_query_goes_only_where_it_is_known() -> None:
    given = {"record_id": 1, "fetch_tax_info": True, "is_bill_payment_id": False}
    known = parse_input(GetRecord, given | {"module": "vendor_payment"})
    assert known.query() == {"fetchTaxInfo": "true", "is_bill_payment_id": "false"}
    assert parse_input(GetRecord, given | {"module": "item"}).query() == {}
