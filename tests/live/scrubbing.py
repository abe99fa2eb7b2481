"""Takes the account out of what a live run records: its organization, its people, its addresses, its headers.

Runs after the scrubbing of secrets. The suffix of the run becomes a fixed one, so that the cassettes can be played.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from tests.cassettes import scrubbing
from tests.cassettes.scrubbing import Answer

#: What a recorded organization and a recorded run are called.
ORGANIZATION: Final = "20071234567"
SUFFIX: Final = "recorded"

_SOMEONE: Final = "Someone"
_MAIL: Final = re.compile(r"[\w.+-]+@(?!example\.com\b)[\w-]+(?:\.[\w-]+)+")
_KEPT_HEADERS: Final = re.compile(r"content-type|date|location|x-rate-limit-.*", re.IGNORECASE)
#: Keys whose text is a name; what the round trip named itself is kept.
_NAMED: Final = re.compile(r"(.*_)?name|.*_by|.*_header|notes|terms")
_OURS: Final = frozenset({"Ada", "Ben", "Cleo", "Test", "Ada Test", "Created by a test.", "Changed by a test."})
#: The organization's own fields: their labels and defaults are nobody else's business.
_OWN_FIELDS: Final = re.compile(r"(.*_)?custom_fields?(_hash)?")
#: Links may open a document without a login.
_LINK: Final = re.compile(r"(.*_)?url")
_PERSONAL: Final = frozenset({"phone", "mobile", "fax", "company_id", "tax_reg_no", "vat_reg_no", "gst_no"})


class AccountScrubber:
    """The hooks for one run: which organization and which suffix are to be replaced."""

    def __init__(self, organization_id: str, suffix: str) -> None:
        self._replaced = ((organization_id, ORGANIZATION), (suffix, SUFFIX))

    def settings(
        self, *, request: scrubbing.Hook | None = None, answer: scrubbing.Hook | None = None
    ) -> dict[str, Any]:
        """Return vcrpy's settings; further hooks run first."""

        def scrub_request(recorded: Any) -> Any:
            return self._request(request(recorded) if request else recorded)

        def scrub_answer(recorded: Answer) -> Answer:
            return self._answer(answer(recorded) if answer else recorded)

        return scrubbing.settings(request=scrub_request, answer=scrub_answer)

    def _request(self, request: Any) -> Any:
        request.uri = self._text(request.uri)
        if request.body:
            request.body = self._text(request.body.decode()).encode()
        return request

    def _answer(self, answer: Answer) -> Answer:
        headers = {
            name: [self._text(value) for value in values]
            for name, values in answer["headers"].items()
            if _KEPT_HEADERS.fullmatch(name)
        }
        return {**answer, "headers": headers, "body": {"string": self._body(answer["body"]["string"])}}

    def _body(self, body: bytes) -> bytes:
        text = self._text(body.decode("utf-8", "replace"))
        try:
            content = json.loads(text)
        except ValueError:
            # A page, which only an error brings: nothing in it is needed to play it again.
            return b"" if text else body
        return json.dumps(_without_people(content), ensure_ascii=False).encode()

    def _text(self, text: str) -> str:
        for old, new in self._replaced:
            text = text.replace(old, new)
        return _MAIL.sub("person@example.com", text)


def _without_people(value: Any, key: str = "") -> Any:
    if _OWN_FIELDS.fullmatch(key) and isinstance(value, list | dict):
        return type(value)()
    if isinstance(value, dict):
        return {name: _without_people(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_without_people(item, key) for item in value]
    if not isinstance(value, str) or not value:
        return value
    if _NAMED.fullmatch(key) and value not in _OURS and SUFFIX not in value:
        return _SOMEONE
    if _LINK.fullmatch(key):
        return "https://example.com/"
    return "" if key in _PERSONAL else value
