"""A captured delivery tells how Zoho signs; here the sandbox signed it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.probe.conftest import MakeBench
from zoho_books_connector.errors import InputError
from zoho_books_connector.probe.deliveries import observed, read_delivery
from zoho_books_connector.sandbox import Sandbox

SECRET = "sixteenLetters16"


def _captured(
    path: Path, *, query: list[tuple[str, str]] | None = None, entity: str = "invoice", **options: Any
) -> Path:
    """A delivery of the sandbox, in a file as a person would save it."""
    with Sandbox(("us",)) as sandbox:
        delivery = sandbox.webhooks.build(
            entity,
            {f"{entity}_id": "42", "notes": "Café"},
            url="http://127.0.0.1:9/h",
            secret=SECRET,
            query=query or [],
            **options,
        )
    saved = {
        "query": delivery.url.partition("?")[2],
        "headers": list(delivery.headers),
        "body": delivery.body.decode(),
    }
    path.write_text(json.dumps(saved), "utf-8")
    return path


@pytest.mark.parametrize("encoding", ["hex", "base64"])
def test_the_encoding_of_the_digest_is_told(encoding: str, tmp_path: Path, make_bench: MakeBench) -> None:
    delivery = read_delivery(_captured(tmp_path / "d.json", query=[("event", "a b")], encoding=encoding))
    findings = make_bench(signature_encoding="hex").probe(write=False, delivery=delivery, webhook_secret=SECRET)
    [found] = [each for each in findings if each.fact == "signature-encoding"]
    assert (found.answer, found.verdict) == (encoding, "right" if encoding == "hex" else "wrong")


@pytest.mark.parametrize("body_format", ["default", "default_old", "form", "jsonstring", "raw"])
def test_every_body_format_is_understood(body_format: str, tmp_path: Path) -> None:
    delivery = read_delivery(_captured(tmp_path / "d.json", body_format=body_format))
    assert dict(observed(delivery, SECRET))["signature-encoding"].answer == "hex"


def test_repeated_keys_are_settled_by_a_delivery_that_has_some(tmp_path: Path) -> None:
    delivery = read_delivery(_captured(tmp_path / "d.json", query=[("a", "2"), ("a", "1")]))
    assert dict(observed(delivery, SECRET))["signature-repeated-keys"].agrees


def test_the_test_delivery_and_a_payments_key_are_recognized(tmp_path: Path) -> None:
    empty = read_delivery(_captured(tmp_path / "empty.json", body_format="test"))
    assert "test-delivery" in dict(observed(empty, SECRET))
    payment = read_delivery(_captured(tmp_path / "payment.json", entity="customer_payment"))
    assert dict(observed(payment, SECRET))["payment-payload-key"].answer == "payment"


def test_a_wrong_secret_settles_nothing(tmp_path: Path) -> None:
    delivery = read_delivery(_captured(tmp_path / "d.json"))
    assert "signature-encoding" not in dict(observed(delivery, "anotherSecret16"))


def test_headers_may_be_an_object_and_the_body_base64(tmp_path: Path) -> None:
    path = _captured(tmp_path / "d.json")
    saved = json.loads(path.read_text("utf-8"))
    body = base64.b64encode(saved.pop("body").encode()).decode()
    path.write_text(json.dumps({**saved, "headers": dict(saved["headers"]), "body_base64": body}), "utf-8")
    assert dict(observed(read_delivery(path), SECRET))["signature-encoding"].answer == "hex"


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"headers": 1, "body": "x"}', '{"headers": {}, "body_base64": "?"}']
)
def test_a_file_that_is_no_delivery_is_refused_without_being_repeated(content: str, tmp_path: Path) -> None:
    path = tmp_path / "canary.json"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError) as caught:
        read_delivery(path)
    assert caught.value.code == "delivery_unreadable"
