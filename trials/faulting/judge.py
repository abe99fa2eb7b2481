"""Compares the verdict on a step with what the books hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from trials.faulting.cases import ANSWER_LOST, LOOKING, REFUSED, Case
from trials.faulting.creates import ACTIONS
from zoho_books_connector.boundary import ActionResult
from zoho_books_connector.errors import ConnectorError, OutcomeUnknownError
from zoho_books_connector.sandbox.messages import RequestRecord

#: The promises, in the words of the report.
DUPLICATE = "duplicates"
LOST = "lost writes reported as success"
FOREIGN = "foreign records taken for ours"
DENIED = "writes reported as failed that exist"
WRONG = "wrong verdicts"
PROMISES = (DUPLICATE, LOST, FOREIGN, DENIED, WRONG)


@dataclass(frozen=True)
class Outcome:
    """How a case ended."""

    case: Case
    verdict: ActionResult | ConnectorError
    attempts: int
    #: The ids of what the step has written.
    made: frozenset[str]
    #: The ids of what others have written, or other steps.
    strange: frozenset[str]
    requests: tuple[RequestRecord, ...]

    @property
    def struck(self) -> Counter[str]:
        """The faults that struck, by kind."""
        return Counter(request.fault for request in self.requests if request.fault)

    @property
    def is_unknown(self) -> bool:
        """Whether the verdict is that nobody knows."""
        return isinstance(self.verdict, OutcomeUnknownError)

    @property
    def names_what_exists(self) -> bool:
        """Whether an unknown verdict names the record that was written."""
        error = self.verdict
        return isinstance(error, OutcomeUnknownError) and self.made <= set(error.look_for.get("candidates", ()))

    @property
    def breaches(self) -> tuple[tuple[str, str], ...]:
        """What was promised and not kept, each with what was seen."""
        return tuple(_breaches(self))


def _breaches(outcome: Outcome) -> Iterator[tuple[str, str]]:
    verdict, made = outcome.verdict, outcome.made
    if len(made) > 1:
        yield DUPLICATE, f"{len(made)} records"
    if isinstance(verdict, ActionResult):
        yield from _of_success(outcome, verdict)
    elif made and not outcome.is_unknown:
        yield DENIED, f"{type(verdict).__name__} {verdict.code}"
    if not isinstance(verdict, ActionResult) and must_succeed(outcome.case):
        yield WRONG, f"no success: {type(verdict).__name__} {verdict.code}: {verdict.message}"
    if outcome.case.keying == "no key":
        yield from _of_keyless(outcome)


def _of_success(outcome: Outcome, result: ActionResult) -> Iterator[tuple[str, str]]:
    found = str(result.data.get(ACTIONS[outcome.case.action].id_field))
    if found in outcome.strange:
        yield FOREIGN, found
    elif found not in outcome.made:
        yield LOST, found
    if result.recovered == _was_answered(outcome):
        yield WRONG, f"recovered is {result.recovered}"


def _was_answered(outcome: Outcome) -> bool:
    """Whether a create was answered with success, untouched by any fault."""
    path = ACTIONS[outcome.case.action].path
    return any(
        request.path.endswith(path) and request.method != "GET" and request.status in (200, 201) and not request.fault
        for request in outcome.requests
    )


def _of_keyless(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Without a key nothing is looked up, and a lost answer is the end."""
    case, verdict = outcome.case, outcome.verdict
    if any(request.method == "GET" for request in outcome.requests):
        yield WRONG, "it looked without a key"
    lost = case.point == "create" and case.kind in ANSWER_LOST and case.handle != "unique" and not name_is_taken(case)
    if lost and not (isinstance(verdict, OutcomeUnknownError) and verdict.retry_after is None and verdict.look_for):
        yield WRONG, "a lost answer was not told as one"


def must_succeed(case: Case) -> bool:
    """Tell whether the fault passes and nothing stands in the way, so that the step must end well."""
    if case.fate == "too late" or case.keying not in ("journal", "restarted") or case.handle == "none":
        return False
    return not (_needs_a_person(case) or _cannot_be_told(case) or name_is_taken(case))


def _needs_a_person(case: Case) -> bool:
    """Whether a look-up is refused for good until somebody reconnects, as the unknown outcome says."""
    again = case.point == "every look-up" or case.times > 1
    refused = case.kind == "token_revoked" or (case.kind in REFUSED and again)
    return refused and case.point in LOOKING


def _cannot_be_told(case: Case) -> bool:
    """Whether a record that was there before, or ours, carries nothing that tells when it was made."""
    if case.handle == "unique":
        return False
    undated = case.action == "create_contact_person" and case.condition != "dressed otherwise"
    # A key whose create was refused is forgotten; at a later attempt it is one that nobody knows.
    forgotten = case.kind in REFUSED or case.point.startswith("refresh")
    alike = case.neighbour in ("older", "identical before")
    return undated or (alike and (forgotten or not case.warm))


def name_is_taken(case: Case) -> bool:
    """Tell whether another record has the name or number of which Zoho allows one."""
    unique = (
        case.action == "create_item"
        or (case.action == "create_contact" and case.condition != "repeatable")
        or case.handle == "number"
    )
    return unique and case.neighbour != "none"
