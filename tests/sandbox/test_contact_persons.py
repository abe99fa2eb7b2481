"""Contact persons, one by one."""

from __future__ import annotations

from typing import Any

import pytest

PATH = "/contacts/contactpersons"


def created(bench: Any, contact_id: str, **fields: Any) -> dict[str, Any]:
    body = {"contact_id": contact_id, "first_name": "Will"} | fields
    person: dict[str, Any] = bench.books.post(PATH, body).data["contact_person"]
    return person


@pytest.mark.parametrize("position", ["object", "list"])
def test_the_answer_is_an_object_or_a_list_of_one(make_bench: Any, position: str) -> None:
    bench = make_bench(contact_person_answer=position)
    contact_id = bench.customer()["contact_id"]
    answers = [bench.books.post(PATH, {"contact_id": contact_id, "first_name": "Will"})]
    [person] = bench.records("contact_person")
    one = f"{PATH}/{person['contact_person_id']}"
    answers.append(bench.books.put(one, {"contact_id": contact_id, "first_name": "Willy"}))
    answers.append(bench.books.get(f"/contacts/{contact_id}/contactpersons/{person['contact_person_id']}"))
    assert [answer.status for answer in answers] == [201, 200, 200]
    for answer in answers:
        shown = answer.data["contact_person"]
        assert isinstance(shown, list if position == "list" else dict)


def test_creating_does_not_read_the_primary_mark(bench: Any) -> None:
    contact_id = bench.customer()["contact_id"]
    first = created(bench, contact_id)
    second = created(bench, contact_id, is_primary_contact=True)
    assert (first["is_primary_contact"], second["is_primary_contact"]) == (True, False)
    path = f"{PATH}/{second['contact_person_id']}"
    assert bench.books.post(f"{path}/primary").code == 0
    contact = bench.books.get(f"/contacts/{contact_id}").data["contact"]
    assert contact["primary_contact_id"] == second["contact_person_id"]
    assert [person["is_primary_contact"] for person in contact["contact_persons"]] == [False, True]


def test_an_update_can_make_a_person_primary(bench: Any) -> None:
    contact_id = bench.customer(contact_persons=[{"first_name": "Will"}])["contact_id"]
    second = created(bench, contact_id, first_name="Grace")
    body = {"contact_id": contact_id, "first_name": "Grace", "is_primary_contact": True}
    bench.books.put(f"{PATH}/{second['contact_person_id']}", body)
    contact = bench.books.get(f"/contacts/{contact_id}").data["contact"]
    assert contact["primary_contact_id"] == second["contact_person_id"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"first_name": ""}, 2),
        ({"contact_id": "1"}, 1002),
        ({"designation": "x" * 51}, 15),
        ({"enable_portal": "perhaps"}, 2),
    ],
)
def test_what_is_refused(bench: Any, changes: dict[str, Any], code: int) -> None:
    body = {"contact_id": bench.customer()["contact_id"], "first_name": "Will"} | changes
    reply = bench.books.post(PATH, body)
    assert (reply.status, reply.code) == (400, code)


def test_inside_a_contact_the_designation_may_be_longer(bench: Any) -> None:
    contact = bench.customer(contact_persons=[{"first_name": "Will", "designation": "x" * 100}])
    assert len(contact["contact_persons"][0]["designation"]) == 100


@pytest.mark.parametrize("position", ["partial", "whole"])
def test_updates_in_part_by_switch(make_bench: Any, position: str) -> None:
    bench = make_bench(person_update=position)
    person = created(bench, bench.customer()["contact_id"], email="w@x.example")
    reply = bench.books.put(f"{PATH}/{person['contact_person_id']}", {"phone": "1"})
    if position == "whole":
        assert reply.code == 2
    else:
        assert (reply.data["contact_person"]["email"], reply.data["contact_person"]["phone"]) == ("w@x.example", "1")


@pytest.mark.parametrize("position", ["accepted", "refused"])
def test_repeated_mail_addresses_by_switch(make_bench: Any, position: str) -> None:
    bench = make_bench(person_duplicate_email=position)
    contact_id = bench.customer()["contact_id"]
    created(bench, contact_id, email="w@x.example")
    reply = bench.books.post(PATH, {"contact_id": contact_id, "first_name": "W", "email": "W@x.example"})
    assert reply.code == (0 if position == "accepted" else 1001)


def test_the_list_of_a_contact_is_paged_oldest_first(bench: Any) -> None:
    contact_id = bench.customer(contact_persons=[{"first_name": f"P{n}"} for n in range(5)])["contact_id"]
    bench.customer(contact_name="Other", contact_persons=[{"first_name": "Stranger"}])
    names, page, more = [], 1, True
    while more:
        data = bench.books.get(f"/contacts/{contact_id}/contactpersons", page=page, per_page=2).data
        names += [person["first_name"] for person in data["contact_persons"]]
        more, page = data["page_context"]["has_more_page"], page + 1
    assert names == ["P0", "P1", "P2", "P3", "P4"]
    assert page == 4


def test_deleting_the_primary_person_makes_the_oldest_primary(bench: Any) -> None:
    contact = bench.customer(contact_persons=[{"first_name": "Will"}, {"first_name": "Grace"}])
    assert bench.books.delete(f"{PATH}/{contact['primary_contact_id']}").code == 0
    after = bench.books.get(f"/contacts/{contact['contact_id']}").data["contact"]
    assert [person["first_name"] for person in after["contact_persons"]] == ["Grace"]
    assert after["primary_contact_id"] == after["contact_persons"][0]["contact_person_id"]


@pytest.mark.parametrize(("position", "times"), [("absent", 0), ("present", 2)])
def test_persons_carry_their_times_or_none(make_bench: Any, position: str, times: int) -> None:
    bench = make_bench(person_times=position)
    contact_id = bench.customer()["contact_id"]
    person = created(bench, contact_id)
    [listed] = bench.books.get(f"/contacts/{contact_id}/contactpersons").data["contact_persons"]
    [nested] = bench.books.get(f"/contacts/{contact_id}").data["contact"]["contact_persons"]
    for shown in (person, listed, nested):
        assert len({"created_time", "last_modified_time"} & shown.keys()) == times


def test_persons_without_times_are_listed_whatever_changed_since(bench: Any) -> None:
    contact_id = bench.customer(contact_persons=[{"first_name": "Will"}])["contact_id"]
    path = f"/contacts/{contact_id}/contactpersons"
    assert len(bench.books.get(path, last_modified_time="2030-01-01T00:00:00+0000").data["contact_persons"]) == 1
