"""The consent page's answer: taken once, from the browser that asked, in time; anything else gets a clear page."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.workbench.conftest import visiting
from tests.workbench.consenting import FORM, Person, consent_address, stored
from zoho_books_connector.workbench.bench import CALLBACK, Workbench
from zoho_books_connector.workbench.credentials.setups import LIFE, Setup, Setups, Unanswerable


@pytest.fixture
def person(bench: Workbench, client: httpx.Client) -> Person:
    return Person(bench, client)


@pytest.fixture
def stranger(bench: Workbench) -> Iterator[Person]:
    with visiting(bench) as opened:
        yield Person(bench, opened)


@pytest.mark.parametrize("params", [{}, {"state": "made-up", "code": "1000.made.up"}, {"error": "access_denied"}])
def test_an_answer_that_nobody_asked_for_is_told_and_changes_nothing(person: Person, params: dict[str, str]) -> None:
    page = person.get(CALLBACK, **params)
    assert page.status_code == 400
    assert "This answer belongs to no authorization" in page.text
    assert 'href="/credentials/new"' in page.text or 'href="/credentials"' in page.text


def test_another_browsers_answer_is_not_taken_and_the_right_one_still_is(person: Person, stranger: Person) -> None:
    address = person.answer(person.save())
    page = stranger.come_back(address)
    assert page.status_code == 400
    assert "begun in another browser" in page.text
    assert "Choose the organization" in person.come_back(address).text


def test_an_answer_is_taken_once(person: Person) -> None:
    address = person.answer(person.save(organization_id=person.organizations()[0]))
    assert "Saved" in person.come_back(address).text
    page = person.come_back(address)
    assert page.status_code == 400
    assert "This answer was used already" in page.text
    assert f'href="/credentials/{person.bench.store.list()[0].id}?done=saved"' in page.text
    assert len(stored(person.bench)) == 1


def test_the_answer_of_a_consent_page_that_a_newer_one_replaced_is_not_taken(person: Person) -> None:
    first = person.save()
    setup = first.url.path.rpartition("/")[2]
    older = person.answer(first)
    newer = person.answer(person.save(setup=setup))
    assert "used already" in person.come_back(older).text
    assert "Choose the organization" in person.come_back(newer).text


def test_a_changed_state_belongs_to_nothing(person: Person) -> None:
    address = person.answer(person.save())
    state = parse_qs(urlsplit(address).query)["state"][0]
    assert "belongs to no authorization" in person.come_back(address.replace(state, state[:-1])).text
    assert stored(person.bench) == []


def test_a_refused_consent_leads_to_the_form_as_it_was_left(person: Person) -> None:
    page = person.decide(person.save(), decision="reject")
    assert "The consent was refused." in page.text
    assert "choose Accept" in page.text
    assert 'value="Our books"' in page.text
    assert "Kept; type to replace it" in page.text
    setup = page.url.path.rpartition("/")[2]
    assert "Choose the organization" in person.decide(person.save(setup=setup, client_secret="")).text


def test_another_accounts_server_than_zohos_gets_no_secret(person: Person) -> None:
    address = person.answer(person.save())
    assert person.bench.sandbox is not None
    genuine = httpx.QueryParams({"accounts-server": person.bench.sandbox["us"].accounts_url})
    page = person.come_back(address.replace(str(genuine), "accounts-server=http%3A%2F%2F127.0.0.1%3A9"))
    assert "not one of Zoho&#39;s enabled data centres" in page.text
    assert stored(person.bench) == []


def test_a_setup_that_was_left_for_too_long_is_told_and_its_tokens_are_revoked(person: Person) -> None:
    choosing = person.decide(person.save())
    address = choosing.url.path
    person.bench.setups.close()
    page = person.get(address)
    assert page.status_code == 410
    assert "This form is no longer open" in page.text
    assert person.post(f"{address}/organization", organization_id=person.organizations()[0]).status_code == 410
    assert stored(person.bench) == []
    assert person.bench.sandbox is not None
    assert any("/revoke" in request.path for request in person.bench.sandbox["us"].requests)


def test_another_browser_does_not_see_a_setup(person: Person, stranger: Person) -> None:
    leaving = person.save()
    assert stranger.get(leaving.url.path).status_code == 410


def test_the_page_before_consent_leads_on_with_and_without_script(person: Person) -> None:
    page = person.save().text
    assert f'<meta http-equiv="refresh" content="0; url={consent_address(page).replace("&", "&amp;")}">' in page
    assert "Continue to the consent page" in page


def test_a_form_of_a_setup_that_is_gone_still_works_when_everything_is_typed_again(person: Person) -> None:
    assert "Choose the organization" in person.decide(person.save(FORM, setup="gone")).text


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_setups_end_ten_minutes_after_the_last_step() -> None:
    clock, dropped = Clock(), list[Setup]()
    setups = Setups(dropped.append, clock)
    kept = setups.keep(Setup("me", {}))
    clock.now = LIFE
    assert setups.find(kept.id, "me") is kept
    clock.now += LIFE
    assert setups.find(kept.id, "me") is kept
    clock.now += LIFE + 1
    assert setups.find(kept.id, "me") is None
    assert dropped == [kept]
    assert setups.answered({}, "me") == Unanswerable("unknown")


def test_the_oldest_setups_give_way() -> None:
    clock, dropped = Clock(), list[Setup]()
    setups = Setups(dropped.append, clock)
    for number in range(210):
        clock.now = number / 10
        setups.keep(Setup("me", {}, label=str(number)))
    assert [each.label for each in dropped[:3]] == ["0", "1", "2"]


def test_a_setups_repr_shows_no_secret() -> None:
    shown = repr(Setup("session-1", {"client_secret": "planted"}))
    assert "planted" not in shown
    assert "session-1" not in shown
