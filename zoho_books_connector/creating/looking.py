"""Looks in Zoho Books for the record of a create.

Zoho ignores a filter that it does not know and answers with everything, so each record found is compared with what was
searched for, and a list is read to its end: only then has nothing been found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from zoho_books_connector.api.modules import record_of
from zoho_books_connector.boundary import Journal
from zoho_books_connector.creating.comparing import same
from zoho_books_connector.creating.judging import Evidence, Standing, created_at, judge
from zoho_books_connector.creating.step import Step
from zoho_books_connector.errors import NotFoundError, UnexpectedResponseError

#: A thousand rows; a list that is longer did not honour its filter.
_MOST_PAGES: Final = 5
#: Each costs a request.
_MOST_OPENED: Final = 10


@dataclass
class Findings:
    """What one look brought: whole records that agree in everything, and ids of those that may be the one."""

    ours: list[dict[str, Any]] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)


def look(step: Step, journal: Journal, evidence: Callable[[], Evidence]) -> Findings:
    """Look once; raises a ``ConnectorError`` when it cannot be said that all was seen.

    ``evidence`` is asked after the list was read, when Zoho's clock is known.
    """
    findings = Findings()
    for opened, record_id in enumerate(_candidates(step, journal, evidence)):
        if opened == _MOST_OPENED:
            raise UnexpectedResponseError(
                "too_many_candidates",
                f"More than {_MOST_OPENED} records could be the {step.kind.noun} that was sent.",
                "Look in Zoho Books which of them it is.",
            )
        if record_id in step.doubts:
            findings.unsure.append(record_id)
        else:
            _sort_in(step, record_id, evidence(), findings)
    return findings


def _candidates(step: Step, journal: Journal, evidence: Callable[[], Evidence]) -> Iterator[str]:
    """Yield the ids of listed records that are what was searched for, and nobody else's."""
    rows = step.client.pages(
        step.kind.listed_at.format_map(step.sent),
        step.kind.list_key,
        scope=step.kind.read_scope,
        params=step.filters,
        most=_MOST_PAGES,
    )
    wanted = step.wanted
    named = [row for row in rows if all(same(name, wanted[name], row[name]) for name in wanted if name in row)]
    for row in named:
        record_id = step.id_of(row)
        if not record_id or record_id in step.others or evidence().is_early(created_at(row)):
            continue
        if journal.holder(step.record_name(record_id)) not in (None, step.key):
            step.others.add(record_id)
        else:
            yield record_id


def _sort_in(step: Step, record_id: str, evidence: Evidence, findings: Findings) -> None:
    try:
        answer = step.client.get(step.path_of(record_id), scope=step.kind.read_scope)
    except NotFoundError:
        return  # deleted meanwhile
    record = record_of(step.kind.module, answer)
    standing = judge(step.sent, record, evidence)
    if standing is Standing.OURS and not step.wanted.keys() <= record.keys():
        standing = Standing.UNSURE
    if standing is Standing.OURS:
        findings.ours.append(record)
    elif standing is Standing.UNSURE:
        step.doubts.add(record_id)
        findings.unsure.append(record_id)
    else:
        step.others.add(record_id)
