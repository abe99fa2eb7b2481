"""The JSON on the pages is JSON, and of the schema that the sentence before it links to."""

from __future__ import annotations

import json
import re
from dataclasses import asdict

import jsonschema
import pytest

from tests.docs.reading import Block, every
from tests.trigger.deliveries import delivery, receive
from zoho_books_connector.errors import ErrorDetails, RejectedError

#: JSON of no schema of this project, by page, and what it is.
WITHOUT_SCHEMA = {
    "docs/errors.md": "what ConnectorError.to_dict returns",
    "CONTRIBUTING.md": "a file of a new action, whose schema is not yet there",
}
BLOCKS = every("json")


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_json_is_of_the_schema_that_is_linked_to(block: Block) -> None:
    found = re.findall(r"\[schema\]\(([^)]+)\)", block.said)
    if block.place[0] in WITHOUT_SCHEMA:
        assert isinstance(block.data, dict)
        return
    assert len(found) == 1, "the sentence before it names its schema"
    schema = json.loads((block.page.parent / found[0]).read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(block.data)


def test_the_event_that_is_shown_is_what_the_trigger_makes() -> None:
    [block] = [each for each in BLOCKS if each.place[0] == "docs/webhooks.md"]
    shown = block.data
    genuine = delivery({shown["module"]: shown["record"]}, received_at=shown["delivery"]["received_at"])
    [event] = receive(genuine)
    assert asdict(event) == shown


def test_the_error_that_is_shown_is_a_real_one() -> None:
    [block] = [each for each in BLOCKS if each.place[0] == "docs/errors.md"]
    shown = block.data
    details = ErrorDetails(**shown["details"])
    assert RejectedError(shown["code"], shown["message"], shown["hint"], details=details).to_dict() == shown
