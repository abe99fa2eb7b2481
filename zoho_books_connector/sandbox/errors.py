"""How the sandbox's Books API refuses: one table of codes, one exception."""

from __future__ import annotations

from typing import Any

from .messages import Response, json_response

REFUSALS: dict[int, tuple[int, str]] = {
    2: (400, "Invalid value passed for {field}."),
    4: (400, "Invalid element {field}."),
    5: (404, "There is no such URL."),
    14: (401, "The Authorization header is missing or unreadable."),
    15: (400, 'The field "{field}" is longer than {maximum} characters.'),
    43: (429, "Calls are blocked for some time after too many of them."),
    44: (429, "Too many calls within one minute."),
    45: (429, "The calls of this day are used up."),
    57: (401, "You are not authorized to do this."),
    1000: (500, "Internal error."),
    1001: (400, "A record named {value} already exists."),
    1002: (404, "{what} does not exist."),
    1038: (400, "The JSON is not well formed."),
    1070: (429, "Too many calls at the same time."),
    2006: (400, "The item does not exist."),
    2049: (400, "The item is used in transactions and cannot be deleted."),
    2076: (400, "The type of an item used in transactions is fixed."),
    3000: (400, "The contact has transactions and cannot be deleted."),
    3013: (400, "Enter a valid contact name."),
    3062: (400, 'A contact named "{value}" already exists.'),
    4001: (400, "The GST number is not valid."),
    4097: (400, "The number {value} does not fit the automatic numbering."),
    6041: (400, "This user does not belong to the organization of this organization_id."),
    9004: (400, "The currency does not exist."),
    9601: (400, "Workflow rules are not part of the plan of this organization."),
    9602: (400, "A module can have {maximum} workflow rules."),
    9603: (400, "An organization can have {maximum} workflow rules."),
    9604: (400, "A workflow rule can have one webhook."),
    9605: (400, "The webhook is used by a workflow rule and cannot be deleted."),
}


class RefusedError(Exception):
    """A call that the Books API does not carry out."""

    def __init__(self, code: int, status: int | None = None, message: str | None = None, **facts: Any) -> None:
        """Take status and wording from the table unless others are given."""
        usual, wording = REFUSALS[code]
        self.code = code
        self.status = status or usual
        self.message = message or wording.format(**facts)
        super().__init__(f"{self.code}: {self.message}")


def refusal_response(code: int, status: int | None = None, **facts: Any) -> Response:
    """The answer for a code of the table."""
    refused = RefusedError(code, status, **facts)
    return envelope(refused.status, refused.code, refused.message)


def envelope(status: int, code: int, message: str, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    """An answer that carries nothing but code and message."""
    return json_response(status, {"code": code, "message": message}, headers)
