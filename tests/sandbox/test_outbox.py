"""Deliveries on their way: when they are sent, how often, and what the carrier does to them."""

from __future__ import annotations

import random
import threading
from collections import Counter
from typing import Any

import pytest

from zoho_books_connector.sandbox import Carrier, Parcel, RetryPolicy
from zoho_books_connector.sandbox.carrier import FORGERIES
from zoho_books_connector.sandbox.signing import HEADER, sign
from zoho_books_connector.sandbox.webhooks import Delivery

SECRET = "zohobooks1234"


def outcomes(bench: Any) -> list[tuple[int | None, str]]:
    return [(entry.status, entry.outcome) for entry in bench.log]


def test_nothing_is_sent_unless_told(bench: Any, receiver: Any) -> None:
    bench.subscribed(receiver.url)
    bench.customer()
    assert receiver.everything == []
    assert [entry.outcome for entry in bench.sandbox.deliver_due()] == ["delivered"] * 2
    assert bench.sandbox.deliver_due() == []
    assert len(receiver.got) == 1


@pytest.mark.parametrize("status", [200, 202, 299])
def test_every_2xx_counts_as_taken(bench: Any, receiver: Any, status: int) -> None:
    bench.subscribed(receiver.url)
    bench.sandbox.deliver_due()
    receiver.statuses = [status]
    bench.customer()
    bench.sandbox.deliver_due()
    assert outcomes(bench) == [(status, "delivered")]


@pytest.mark.parametrize("status", [300, 302, 401, 404, 500])
def test_anything_else_is_tried_again_after_growing_delays_until_given_up(
    make_bench: Any, receiver: Any, status: int
) -> None:
    bench = make_bench(retries=RetryPolicy(delays=(60, 300)))
    bench.subscribed(receiver.url)
    bench.sandbox.deliver_due()
    receiver.statuses = [status] * 3
    bench.customer()
    for _ in range(500):
        bench.sandbox.deliver_due()
        bench.clock.tick(1)
    assert [entry.at - bench.log[0].at for entry in bench.log] == [0, 60, 360]
    assert outcomes(bench) == [(status, "will_retry")] * 2 + [(status, "given_up")]
    assert [entry.parcel.attempt for entry in bench.log] == [1, 2, 3]
    assert len({got.body for got in receiver.got}) == 1


def test_by_a_switch_nothing_is_tried_again(make_bench: Any, receiver: Any) -> None:
    bench = make_bench(webhook_retries="none")
    bench.subscribed(receiver.url)
    bench.sandbox.deliver_due()
    receiver.statuses = [500]
    bench.customer()
    bench.sandbox.deliver_due()
    assert outcomes(bench) == [(500, "given_up")]
    assert bench.sandbox.waiting_deliveries == []


def test_the_default_delays_grow() -> None:
    delays = RetryPolicy().delays
    assert list(delays) == sorted(set(delays))


def test_a_retry_that_is_taken_ends_it(bench: Any, receiver: Any) -> None:
    bench.subscribed(receiver.url)
    bench.sandbox.deliver_due()
    receiver.statuses = [503]
    bench.customer()
    bench.sandbox.deliver_due()
    bench.clock.tick(60)
    bench.sandbox.deliver_due()
    assert outcomes(bench) == [(503, "will_retry"), (200, "delivered")]
    assert bench.sandbox.waiting_deliveries == []


def test_a_receiver_that_does_not_answer_in_time_has_not_taken_it(make_bench: Any, receiver: Any) -> None:
    bench = make_bench(retries=RetryPolicy(timeout=0.05), webhook_check="absent")
    bench.subscribed(receiver.url)
    receiver.held = threading.Event()
    bench.customer()
    bench.sandbox.deliver_due()
    assert outcomes(bench) == [(None, "will_retry")]
    assert not bench.sandbox.all_delivered


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/hook", "https://hooks.example.com/hook", "http://10.0.0.1/hook"])
def test_nobody_there_and_addresses_beyond_this_machine_are_failures(bench: Any, url: str) -> None:
    bench.subscribed(url)
    bench.customer()
    bench.sandbox.deliver_due()
    assert outcomes(bench) == [(None, "will_retry")]


@pytest.mark.parametrize(("position", "is_active"), [("kept", True), ("switched_off", False)])
def test_a_rule_whose_deliveries_keep_failing_is_kept_or_switched_off(
    make_bench: Any, receiver: Any, position: str, is_active: bool
) -> None:
    bench = make_bench(failing_rule=position, retries=RetryPolicy(delays=(), given_up_before_off=2))
    rule = bench.subscribed(receiver.url)
    bench.sandbox.deliver_due()
    receiver.statuses = [500, 200, 500, 500]
    for number in range(4):
        bench.customer(contact_name=f"C{number}")
        assert bench.books.get(f"/settings/workflows/{rule['workflow_id']}").data["workflow"]["is_active"] is True
        bench.sandbox.deliver_due()
    shown = bench.books.get(f"/settings/workflows/{rule['workflow_id']}").data["workflow"]
    assert shown["is_active"] is is_active
    bench.books.post(f"/settings/workflows/{rule['workflow_id']}/active")
    bench.customer(contact_name="Again")
    assert len(bench.sandbox.waiting_deliveries) == 1


def test_in_the_background_deliveries_go_out_by_themselves(make_bench: Any, receiver: Any) -> None:
    bench = make_bench(webhook_check="absent")
    bench.subscribed(receiver.url)
    arrived = threading.Semaphore(0)
    take = receiver.take

    def counted(got: Any) -> int:
        arrived.release()
        status: int = take(got)
        return status

    receiver.take = counted
    bench.sandbox.start_sending(workers=2)
    for number in range(20):
        bench.customer(contact_name=f"C{number}")
    for _ in range(20):
        assert arrived.acquire(timeout=10)
    bench.sandbox.stop()
    assert bench.sandbox.all_delivered
    assert Counter(outcome for _, outcome in outcomes(bench)) == {"delivered": 20}


def test_a_receiver_may_call_back_while_it_answers(make_bench: Any, receiver: Any) -> None:
    bench = make_bench(webhook_check="absent")
    bench.subscribed(receiver.url)
    contact = bench.customer()
    codes = []

    def take(_got: Any) -> int:
        codes.append(bench.books.get(f"/contacts/{contact['contact_id']}").code)
        return 200

    receiver.take = take
    bench.sandbox.deliver_due()
    assert codes == [0]


def parcels(count: int, **chances: Any) -> list[tuple[float, Parcel]]:
    carrier = Carrier(**chances)
    body = b'{"contact":{"contact_id":"%d"}}'
    sent = [
        Parcel(
            Delivery("http://127.0.0.1:9/h?event=x", "POST", ((HEADER, sign(SECRET, [], body % n)),), body % n),
            "w",
            event="add",
            record_id=str(n),
        )
        for n in range(count)
    ]
    return [arrival for parcel in sent for arrival in carrier.carry(parcel)]


def test_without_mishaps_everything_arrives_once_and_at_once() -> None:
    assert [(seconds, parcel.genuine) for seconds, parcel in parcels(50)] == [(0, True)] * 50


def test_duplicates_are_the_same_delivery_again() -> None:
    arrivals = parcels(1000, duplicates=0.2)
    twice = [count for count in Counter(parcel.record_id for _, parcel in arrivals).values() if count == 2]
    assert 150 < len(twice) < 250
    assert len({parcel.delivery for _, parcel in arrivals}) == 1000


def test_late_parcels_come_later_and_disordered_ones_overtake_each_other() -> None:
    late = [seconds for seconds, _ in parcels(1000, late=0.1, late_seconds=7200)]
    assert 60 < late.count(7200) < 140
    assert set(late) == {0, 7200}
    travelled = [seconds for seconds, _ in parcels(1000, disordered=1)]
    assert max(travelled) <= 5
    assert travelled != sorted(travelled)


def test_forged_parcels_come_beside_the_genuine_ones_and_differ_from_them() -> None:
    arrivals = parcels(1000, forged=0.1)
    genuine = {parcel.record_id: parcel.delivery for _, parcel in arrivals if parcel.genuine}
    forged = [parcel for _, parcel in arrivals if not parcel.genuine]
    assert len(genuine) == 1000
    assert 60 < len(forged) < 140
    assert all(parcel.delivery != genuine[parcel.record_id] for parcel in forged)


@pytest.mark.parametrize("forge", FORGERIES)
@pytest.mark.parametrize("body", [b'{"contact":{"contact_id":"129"}}', b"", b"no digit"])
def test_no_forgery_keeps_a_signature_that_holds(forge: Any, body: bytes) -> None:
    pairs = [("event", "x")]
    signature = sign(SECRET, pairs, body)
    forged = forge(Delivery("http://127.0.0.1:9/h?event=x", "POST", ((HEADER, signature),), body), random.Random(1))
    query = [("event", "x"), ("event", "forged")] if forged.url.endswith("forged") else pairs
    assert dict(forged.headers).get(HEADER) != sign(SECRET, query, forged.body)


def test_the_same_seed_gives_the_same_mishaps() -> None:
    chances: dict[str, Any] = {"duplicates": 0.2, "late": 0.1, "disordered": 0.3, "forged": 0.1}
    assert parcels(200, **chances, seed=7) == parcels(200, **chances, seed=7)
    assert parcels(200, **chances, seed=7) != parcels(200, **chances, seed=8)


def test_forged_parcels_are_neither_repeated_nor_held_against_the_rule(make_bench: Any, receiver: Any) -> None:
    bench = make_bench(
        carrier=Carrier(forged=1),
        failing_rule="switched_off",
        retries=RetryPolicy(delays=(60,), given_up_before_off=1),
        webhook_check="absent",
    )
    rule = bench.subscribed(receiver.url, secret=SECRET)
    receiver.statuses = [200, 401]
    bench.customer()
    bench.sandbox.deliver_due()
    assert outcomes(bench) == [(200, "delivered"), (401, "given_up")]
    assert bench.sandbox.waiting_deliveries == []
    shown = bench.books.get(f"/settings/workflows/{rule['workflow_id']}").data["workflow"]
    assert shown["is_active"] is True


def test_another_carrier_can_take_over(bench: Any, receiver: Any) -> None:
    bench.subscribed(receiver.url)
    bench.sandbox.deliver_due()
    bench.sandbox.carrier = Carrier(duplicates=1, disorder_seconds=10)
    bench.customer()
    bench.sandbox.deliver_due()
    assert len(receiver.got) == 1
    bench.clock.tick(10)
    bench.sandbox.deliver_due()
    assert len(receiver.got) == 2
    assert receiver.got[0].body == receiver.got[1].body


def test_secrets_and_bodies_stay_out_of_the_repr_of_the_log(bench: Any) -> None:
    bench.subscribed("http://127.0.0.1:9/hook", headers=[{"param_name": "X-Key", "param_value": "hidden-token"}])
    bench.customer(contact_name="Private Person")
    bench.sandbox.deliver_due()
    assert "hidden-token" not in repr(bench.log)
    assert "Private Person" not in repr(bench.log)
