"""Texts by key: a host that has them in its language gets forms and a manifest without a word of English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from zoho_books_connector.boundary import Form, HttpSettings
from zoho_books_connector.errors import InputError
from zoho_books_connector.forms.source import find_form
from zoho_books_connector.forms.texts import translate_manifest
from zoho_books_connector.manifest import load_document, load_manifest
from zoho_books_connector.oauth.regions import REGIONS
from zoho_books_connector.registry import ACTIONS

FORMS = ["credential", *(f"action:{action_id}" for action_id in ACTIONS)]
EVERY_REGION = HttpSettings(enabled_regions=frozenset({"uk", "ae"}))
HOSTS = {url.rpartition("/")[2] for region in REGIONS for url in (region.accounts_url, region.api_domain)}
WORD = re.compile(r"[A-Za-z]+")


def english() -> dict[str, str]:
    texts = load_document("schemas/texts/en.json")
    assert texts
    return texts


def foreign(text: str) -> str:
    """A text without a Latin letter, whose ``{parts}`` are left in place."""
    return re.sub(r"\{\w+\}|[A-Za-z]", lambda found: found[0] if len(found[0]) > 1 else "ж", text)


FOREIGN = {key: foreign(text) for key, text in english().items()}


def form(form_id: str, **options: Any) -> Form:
    source = find_form(form_id)
    assert source
    return source(**options)


def texts_of(node: Any) -> Iterator[str]:
    """Every text of a form that a person sees."""
    if isinstance(node, dict):
        for word, child in node.items():
            if word in ("title", "description", "ui:placeholder", "x-placeholder") and isinstance(child, str):
                yield child
            yield from texts_of(child)
    elif isinstance(node, list):
        for child in node:
            yield from texts_of(child)


def english_in(texts: Iterator[str]) -> list[str]:
    def without_hosts(text: str) -> str:
        return next((text.replace(host, "") for host in HOSTS if f"({host})" in text), text)

    return [text for text in texts if WORD.search(without_hosts(text))]


@pytest.mark.parametrize("form_id", FORMS)
def test_a_host_with_every_text_shows_no_english(form_id: str) -> None:
    made = form(form_id, texts=FOREIGN, http=EVERY_REGION)
    assert len(list(texts_of(made.schema))) > 2
    assert english_in(texts_of([made.schema, made.ui_schema])) == []


@pytest.mark.parametrize("form_id", FORMS)
def test_texts_change_nothing_but_texts(form_id: str) -> None:
    def without_texts(node: Any) -> Any:
        if isinstance(node, dict):
            return {word: ... if isinstance(child, str) else without_texts(child) for word, child in node.items()}
        return [without_texts(child) for child in node] if isinstance(node, list) else node

    plain, translated = form(form_id), form(form_id, texts=FOREIGN)
    assert without_texts(plain.schema) == without_texts(translated.schema)
    assert plain.data == translated.data


def test_a_text_that_the_host_has_not_stays_english() -> None:
    made = form("action:create_item", texts={"form.choice.yes": "Ja", "no.such.key": "?"})
    assert [choice["title"] for choice in made.schema["properties"]["is_taxable"]["oneOf"]] == ["Ja", "No"]


def test_a_translation_that_leaves_a_part_out_is_taken_as_it_is() -> None:
    made = form("action:create_contact", texts={"form.field_of_editions": "nur {editions}: {field} {"})
    assert made.schema["anyOf"][1]["properties"]["gst_no"]["title"] == "nur India: GST no. {"


def test_texts_that_are_no_text_are_refused() -> None:
    with pytest.raises(InputError) as refused:
        form("action:create_item", texts={"form.choice.yes": 1})
    assert refused.value.code == "texts_not_text"


def test_the_english_texts_are_those_of_the_forms() -> None:
    for form_id in FORMS:
        assert form(form_id, texts=english()) == form(form_id)


# --- the manifest --------------------------------------------------------------------------------------------------


def sentences(node: Any, place: str = "") -> Iterator[str]:
    """Every text of two words and more, other than the words by which Zoho's own messages are known."""
    if isinstance(node, dict):
        for word, child in node.items():
            yield from sentences(child, f"{place}/{word}") if word != "words" else ()
    elif isinstance(node, list):
        for at, child in enumerate(node):
            yield from sentences(child, f"{place}/{at}")
    elif isinstance(node, str) and re.search(r"[a-z]{2,} [a-z]+", node):
        yield f"{place}: {node}"


def test_every_sentence_of_the_manifest_has_a_key() -> None:
    assert len(list(sentences(load_manifest()))) > 200
    assert list(sentences(translate_manifest(load_manifest(), FOREIGN))) == []


def test_every_title_of_the_manifest_has_a_key() -> None:
    manifest = translate_manifest(load_manifest(), FOREIGN)
    assert english_in(texts_of(manifest)) == []


def test_translating_leaves_the_original_and_everything_else_as_it_is() -> None:
    manifest = load_manifest()
    assert translate_manifest(manifest, {}) == manifest
    translate_manifest(manifest, FOREIGN)
    assert manifest == load_manifest()


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("actions.create_invoice.title", "Create Invoice"),
        ("choices.gst_treatment.overseas", "Overseas"),
        ("fields.customer_id.title", "Customer ID"),
        ("inputs.create_invoice.line_items.rate.description", "Price of one unit; the item's where not given."),
        ("regions.in.title", "India"),
        ("setup.paths.browser.steps.redirect.title", "Enter the callback URL"),
        ("triggers.webhook.events.types.bill.updated.title", "Bill updated"),
        ("triggers.webhook.setup.new_rule.mistakes.1", "A webhook without a rule never fires."),
    ],
)
def test_keys_follow_the_place_of_a_text(key: str, text: str) -> None:
    assert english()[key] == text
