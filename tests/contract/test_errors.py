"""The error tree: one class per next move, shown to people, stored by hosts, silent about secrets."""

from __future__ import annotations

import inspect
import json
import pickle

import pytest

from zoho_books_connector import errors
from zoho_books_connector.errors import ConnectorError, ErrorDetails, FieldFault

CLASSES = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, ConnectorError)]


def example(cls: type[ConnectorError]) -> ConnectorError:
    return cls(
        "the_code",
        "It happened.",
        "Do this.",
        params={"number": 1},
        fields=(FieldFault("/line_items/0/rate", "must be a number", "rate"),),
        details=ErrorDetails(1002, 404, "GET", "/items/1"),
    )


def test_the_tree_at_the_top_of_the_module_names_every_class() -> None:
    assert errors.__doc__ is not None
    assert all(cls.__name__ in errors.__doc__ for cls in CLASSES)
    assert len(CLASSES) == 10


@pytest.mark.parametrize("cls", CLASSES)
def test_an_error_survives_pickling(cls: type[ConnectorError]) -> None:
    error = example(cls)
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(copy) is cls
    assert copy.to_dict() == error.to_dict()
    assert str(copy) == str(error) == "It happened. Do this."


@pytest.mark.parametrize("cls", CLASSES)
def test_an_error_is_json_ready_data(cls: type[ConnectorError]) -> None:
    data = json.loads(json.dumps(example(cls).to_dict()))
    assert data["kind"] == cls.kind
    assert data["fields"] == [{"pointer": "/line_items/0/rate", "message": "must be a number", "suggestion": "rate"}]
    assert data["details"] == {"zoho_code": 1002, "http_status": 404, "method": "GET", "path": "/items/1"}


def test_every_class_has_a_kind_of_its_own() -> None:
    assert len({cls.kind for cls in CLASSES}) == len(CLASSES)


def test_what_a_class_adds_is_in_its_data() -> None:
    assert errors.RateLimitedError("c", "m", retry_after=7, scope="day").to_dict()["retry_after"] == 7
    assert errors.CredentialError("c", "m", reason="revoked").to_dict()["reason"] == "revoked"
    assert errors.OutcomeUnknownError("c", "m", safe_to_resend=True).to_dict()["safe_to_resend"] is True
