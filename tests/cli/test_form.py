"""``form``: what a host would hand to a form tool, and what to do about a wrong option."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from zoho_books_connector.registry import ACTIONS


@pytest.mark.parametrize("form", ["credential", *ACTIONS])
def test_every_form_is_printed_as_one_json_document(cli: Cli, form: str) -> None:
    ended = cli("form", form)
    assert ended.code == 0
    assert set(ended.data) == {"schema", "uiSchema", "formData"}
    assert ended.data["schema"]["properties"]
    assert ended.err == ""


def test_the_callback_url_and_enabled_regions_reach_the_form(cli: Cli) -> None:
    words = ("--callback-url", "https://host.example/callback", "--enable-region", "uk")
    printed = cli("form", "credential", *words).data
    assert printed["formData"]["callback_url"] == "https://host.example/callback"
    assert {"enum": ["uk"], "title": "United Kingdom"} in printed["schema"]["properties"]["region"]["oneOf"]


def test_a_sandbox_is_one_of_the_regions(cli: Cli) -> None:
    printed = cli("form", "credential", "--sandbox", "us=http://127.0.0.1:8801").data
    assert printed["schema"]["properties"]["region"]["oneOf"][-1]["enum"] == ["sandbox-us"]


def test_the_fields_of_an_edition_are_usual_ones(cli: Cli) -> None:
    assert "gst_no" in cli("form", "create_invoice", "--edition", "india").data["schema"]["properties"]
    assert "gst_no" not in cli("form", "create_invoice").data["schema"]["properties"]


def test_texts_replace_the_english_ones_and_unknown_keys_are_said(cli: Cli, tmp_path: Path) -> None:
    texts = tmp_path / "de.json"
    texts.write_text(json.dumps({"fields.name.title": "Bezeichnung für alle", "fields.nmae.title": "?"}), "utf-8")
    ended = cli("form", "create_item", "--texts", str(texts))
    assert ended.data["schema"]["properties"]["name"]["title"] == "Bezeichnung für alle"
    assert "fields.nmae.title" in ended.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("make_tea",), 10, "create_invoice"),
        (("create_invoice", "--edition", "mars"), 10, "gcc"),
        (("credential", "--callback-url", "https://host.example/call back"), 10, "https://host.example/callback"),
    ],
)
def test_a_wrong_word_is_told_with_what_may_be_said(cli: Cli, words: tuple[str, ...], code: int, said: str) -> None:
    ended = cli("form", *words)
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err


@pytest.mark.parametrize("content", [b"{", b'["Name"]', b'{"fields.name.title": 1}', b"\xff\xfe", None])
def test_a_texts_file_that_is_none_is_told_as_such(cli: Cli, tmp_path: Path, content: bytes | None) -> None:
    texts = tmp_path / "texts.json"
    if content is not None:
        texts.write_bytes(content)
    ended = cli("form", "create_item", "--texts", str(texts))
    assert (ended.code, ended.out) == (4, "")
    assert "--texts" in ended.err or "en.json" in ended.err
