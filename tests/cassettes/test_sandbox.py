"""Every action against what the sandbox answered; each run begins with an expired token."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.cassettes import record
from tests.cassettes.conftest import PlayScene
from tests.cassettes.scenes import ACCOUNT, CUSTOMER, ITEM, PERSON, SCENES
from tests.cassettes.stage import made
from tests.cassettes.tape import cassette_of

REFRESH = "POST /oauth/v2/token 200"
PERSONS = f"/books/v3/contacts/{CUSTOMER}/contactpersons"


def test_create_contact(play_scene: PlayScene) -> None:
    result = play_scene("create_contact")
    contact = result.data
    assert made(result) == [REFRESH, "POST /books/v3/contacts 201"]
    assert contact["contact_name"] == "Café Zürich Roasters"
    assert [person["is_primary_contact"] for person in contact["contact_persons"]] == [True, False]
    assert contact["custom_field_hash"]["cf_region"] == "West"
    assert result.quota.remaining == 4999


def test_update_contact(play_scene: PlayScene) -> None:
    result = play_scene("update_contact")
    assert made(result) == [REFRESH, f"GET {PERSONS} 200", f"PUT /books/v3/contacts/{CUSTOMER} 200"]
    assert result.data["notes"] == "Closed on Mondays."
    assert [person["first_name"] for person in result.data["contact_persons"]] == ["Łukasz", "Iga"]


def test_create_item(play_scene: PlayScene) -> None:
    result = play_scene("create_item")
    assert made(result) == [REFRESH, "POST /books/v3/items 201"]
    assert (result.data["rate"], result.data["sku"], result.data["unit"]) == (24.9, "CH-11", "pcs")


def test_update_item(play_scene: PlayScene) -> None:
    result = play_scene("update_item")
    assert made(result) == [REFRESH, f"PUT /books/v3/items/{ITEM} 200"]
    assert (result.data["item_id"], result.data["rate"]) == (ITEM, 8.25)


def test_create_contact_person(play_scene: PlayScene) -> None:
    result = play_scene("create_contact_person")
    assert made(result) == [REFRESH, "POST /books/v3/contacts/contactpersons 201"]
    assert (result.data["contact_id"], result.data["first_name"]) == (CUSTOMER, "Ola")


def test_update_contact_person(play_scene: PlayScene) -> None:
    result = play_scene("update_contact_person")
    assert made(result) == [REFRESH, f"PUT /books/v3/contacts/contactpersons/{PERSON} 200"]
    assert result.data["mobile"] == "+1 315 555 0102"


def test_create_salesorder(play_scene: PlayScene) -> None:
    result = play_scene("create_salesorder")
    assert made(result) == [REFRESH, "POST /books/v3/salesorders 201"]
    # 40 × 7.50, less 5 %
    assert (result.data["sub_total"], result.data["total"]) == (300, 285)


def test_create_invoice(play_scene: PlayScene) -> None:
    result = play_scene("create_invoice")
    invoice = result.data
    assert made(result) == [REFRESH, "POST /books/v3/invoices 201"]
    assert (invoice["invoice_number"], invoice["due_date"]) == ("W-2026-001", "2026-12-16")
    assert (invoice["total"], invoice["balance"]) == (27, 27)


def test_get_record(play_scene: PlayScene) -> None:
    result = play_scene("get_record")
    assert made(result) == [REFRESH, f"GET /books/v3/chartofaccounts/{ACCOUNT} 200"]
    assert result.data["module"] == "account"
    assert result.data["record"]["account_name"] == "Repairs"


def test_get_contact_addresses(play_scene: PlayScene) -> None:
    result = play_scene("get_contact_addresses")
    assert made(result) == [REFRESH, f"GET /books/v3/contacts/{CUSTOMER}/address 200"]
    assert [address["city"] for address in result.data["addresses"]] == ["Utica", "Albany"]


def test_get_contact_persons(play_scene: PlayScene) -> None:
    result = play_scene("get_contact_persons")
    assert made(result) == [REFRESH, f"GET {PERSONS} 200"]
    [person] = result.data["contact_persons"]
    assert (person["contact_person_id"], person["is_primary_contact"]) == (PERSON, True)


@pytest.mark.parametrize("action_id", SCENES)
def test_the_cassette_is_what_the_sandbox_answers_today(action_id: str, tmp_path: Path) -> None:
    record.record(action_id, SCENES[action_id], tmp_path / "again.yaml")
    kept, again = (
        yaml.safe_load(path.read_text("utf-8")) for path in (cassette_of("sandbox", action_id), tmp_path / "again.yaml")
    )
    assert kept == again, "the sandbox changed: run python -m tests.cassettes.record and look at what it changes"
