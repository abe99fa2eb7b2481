"""The short memory: reopening and typing ask nobody, and nobody sees what is another's, old, or an error."""

from __future__ import annotations

import threading

import pytest

from tests.doubles import tokens
from tests.options.conftest import Desk, MakeDesk
from tests.options.shelves import PARENT
from zoho_books_connector.api.writes import Writes
from zoho_books_connector.boundary import Option, RunContext, TokenSet
from zoho_books_connector.errors import ConnectorError, CredentialError, UnavailableError
from zoho_books_connector.options.memory import PAGES, SECONDS, Fetched, Memory
from zoho_books_connector.sandbox import Fault
from zoho_books_connector.stores import MemoryTokenStore


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """Three customers."""
    for name in ("Bowman", "Bauer", "Miller"):
        desk.seed("contact", contact_name=name)
    return desk


def test_what_was_asked_a_moment_ago_costs_nothing(shop: Desk) -> None:
    first, second = shop.pick("contact"), shop.pick("contact")
    assert (len(first.calls), second.calls) == (1, ())
    assert second.options == first.options
    assert len(shop.calls()) == 1


def test_it_is_forgotten_after_a_minute(shop: Desk) -> None:
    shop.pick("contact")
    shop.clock.now += SECONDS - 1
    assert shop.pick("contact").calls == ()
    shop.clock.now += 1
    assert len(shop.pick("contact").calls) == 1


def test_what_an_action_created_is_there_at_once(shop: Desk) -> None:
    shop.pick("contact")
    shop.data("create_contact", contact_name="Newcomer")
    assert "Newcomer" in shop.labels("contact")


def test_what_only_was_read_changes_no_list(shop: Desk) -> None:
    [first, *_] = shop.pick("contact").options
    shop.data("get_contact_addresses", contact_id=first.value)
    assert shop.pick("contact").calls == ()


def test_what_is_written_in_one_organization_changes_no_list_of_another(shop: Desk) -> None:
    shop.pick("contact")
    Writes.of(RunContext(shop.host.runtime)).note("another:7")
    assert shop.pick("contact").calls == ()


def test_a_clock_that_goes_back_forgets(shop: Desk) -> None:
    shop.pick("contact")
    shop.clock.now -= 10
    assert len(shop.pick("contact").calls) == 1


def test_typing_in_a_short_list_asks_once(shop: Desk) -> None:
    shop.pick("contact")
    for end in range(1, 7):
        assert shop.labels("contact", "Bowman"[:end])[-1:] == ["Bowman"]
    assert len(shop.calls()) == 1


def test_typing_on_in_a_whole_answer_asks_nobody(shop: Desk) -> None:
    assert shop.labels("contact", "b") == ["Bauer", "Bowman"]
    assert shop.labels("contact", "bo") == ["Bowman"]
    assert shop.labels("contact", "bow") == ["Bowman"]
    assert len(shop.calls()) == 1


def test_taking_a_letter_back_asks_again_for_what_was_never_asked(shop: Desk) -> None:
    assert shop.labels("contact", "bo") == ["Bowman"]
    assert shop.labels("contact", "b") == ["Bauer", "Bowman"]
    assert len(shop.calls()) == 2


def test_a_long_list_is_searched_by_zoho_for_each_text(desk: Desk) -> None:
    for number in range(203):
        desk.seed("contact", contact_name=f"N{number:03}")
    assert desk.pick("contact").cursor
    assert desk.labels("contact", "n20") == ["N200", "N201", "N202"]
    assert len(desk.calls()) == 2
    desk.pick("contact", "n20")
    assert len(desk.calls()) == 2


def test_a_list_that_zoho_cannot_search_is_fetched_once_for_every_text(desk: Desk) -> None:
    for number in range(203):
        desk.seed("tax", tax_name=f"N{number:03}")
    for search in ("n202", "n000", "n20", "gst"):
        desk.pick("tax", search)
    assert len(desk.calls()) == 2  # both pages, once


@pytest.mark.parametrize("search", ["bOWMAN", "  bowman ", "böwman", "man bow"])
def test_case_blanks_accents_and_order_of_words_do_not_matter(shop: Desk, search: str) -> None:
    shop.pick("contact")
    assert shop.labels("contact", search) == ["Bowman"]


def test_a_host_may_change_what_it_got(shop: Desk) -> None:
    for option in shop.pick("contact").options:
        option.data.clear()
    assert all(option.data for option in shop.pick("contact").options)
    field = shop.pick("custom_field", depends={"module": "item"}).options[0]
    field.data["schema"].clear()
    assert shop.pick("custom_field", depends={"module": "item"}).options[0].data["schema"]


# --- whose, and of what -------------------------------------------------------------------------------------------


def test_another_user_of_the_organization_is_asked_for(shop: Desk) -> None:
    shop.pick("contact")
    shop.connect()  # tokens of another consent
    assert len(shop.pick("contact").calls) == 1


def test_a_new_consent_lists_organizations_anew(shop: Desk) -> None:
    shop.pick("organization")
    stored = shop.host.tokens.load()
    assert stored is not None
    renewed = shop.centre.issue_tokens(shop.client)["access_token"]
    kept = TokenSet(renewed, stored[0].refresh_token, expires_at=stored[0].expires_at, issued_at=stored[0].issued_at)
    shop.host.tokens.save(kept, expected=stored[1])
    assert len(shop.pick("organization").calls) == 1


def test_another_organization_is_another_list(shop: Desk) -> None:
    shop.pick("contact")
    shop.host.credential["organization_id"] = shop.centre.organizations[1]["organization_id"]
    assert shop.labels("contact") == []


def test_another_source_and_another_parent_are_other_lists(desk: Desk) -> None:
    desk.seed("contact", contact_id=PARENT, contact_name="A", contact_persons=[{"first_name": "Ada"}])
    other = desk.seed("contact", contact_name="B", contact_persons=[{"first_name": "Bob"}])["contact_id"]
    assert desk.labels("contact_person", depends={"customer_id": PARENT}) == ["Ada"]
    assert desk.labels("contact_person", depends={"customer_id": other}) == ["Bob"]
    assert desk.labels("customer") == ["A", "B"]
    assert desk.labels("vendor") == []


def test_a_renewed_token_costs_one_question_more_at_most(shop: Desk) -> None:
    shop.centre.expire_access_tokens()
    assert len(shop.pick("contact").calls) > 1  # refused, renewed, answered
    assert shop.pick("contact").calls == ()


# --- errors -------------------------------------------------------------------------------------------------------


def test_an_error_is_not_remembered(shop: Desk) -> None:
    shop.sandbox.faults.add(Fault("503", path="/contacts", times=3))
    with pytest.raises(UnavailableError):
        shop.pick("contact")
    assert len(shop.pick("contact").options) == 3


def test_a_disconnected_account_is_told_at_once(shop: Desk) -> None:
    shop.pick("contact")
    shop.host.tokens.clear()
    with pytest.raises(CredentialError) as caught:
        shop.pick("contact")
    assert caught.value.reason == "not_connected"


def test_a_limit_is_told_and_what_is_remembered_stays_free(make_desk: MakeDesk) -> None:
    shop = make_desk()
    shop.seed("contact", contact_name="Bowman")
    shop.pick("contact")
    shop.sandbox.faults.add(Fault("day_limit", times=None))
    assert shop.labels("contact", "bow") == ["Bowman"]
    with pytest.raises(ConnectorError) as caught:
        shop.pick("item")
    assert caught.value.kind == "rate_limited"


# --- the memory itself --------------------------------------------------------------------------------------------


def page(name: str) -> Fetched:
    return Fetched((Option(name, name),))


def test_the_oldest_pages_make_room() -> None:
    memory = Memory()
    for number in range(PAGES + 5):
        memory.keep((number,), page(str(number)), now=0)
    assert [memory.recall((number,), 1) is None for number in (4, 5)] == [True, False]


def test_a_page_that_is_kept_again_is_the_newest() -> None:
    memory = Memory()
    for number in range(PAGES):
        memory.keep((number,), page(str(number)), now=0)
    memory.keep((0,), page("0"), now=0)
    memory.keep(("more",), page("more"), now=0)
    assert memory.recall((0,), 1) is not None
    assert memory.recall((1,), 1) is None


def test_who_asks_is_a_fingerprint_that_differs_from_process_to_process() -> None:
    store = MemoryTokenStore()
    assert Memory().who(store) == ""
    store.save(tokens(), expected=None)
    memory = Memory()
    assert memory.who(store) == memory.who(store) != Memory().who(store)
    assert "canary" not in memory.who(store)


def test_threads_may_ask_at_the_same_time(shop: Desk) -> None:
    found: list[int] = []

    def ask(number: int) -> None:
        found.append(len(shop.pick("contact", "bmw"[number % 3]).options))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 24
    assert sorted(set(found)) == [1, 2]


def test_the_memory_lives_as_long_as_the_runtime(shop: Desk) -> None:
    run = RunContext(shop.host.runtime)
    assert Memory.of(run) is Memory.of(run)
    assert Memory.of(RunContext(Desk(shop.sandbox).host.runtime)) is not Memory.of(run)
