"""What the probe finds: one row per question, beside what the sandbox's facts file says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

import yaml

from zoho_books_connector.sandbox import Switches

Verdict = Literal["right", "wrong", "unsettled"]

_STANDING: Final = Switches()


class UnsettledError(Exception):
    """A question that stays open in this run; the text says why, without data of the account."""


@dataclass(frozen=True)
class Observation:
    """What was seen. ``agrees`` is for facts without a switch; a switch agrees when it stands at ``answer``."""

    answer: Any
    #: Statuses, codes, keys and JSON types only: no value of the account's data, and none of Zoho's messages.
    evidence: str
    agrees: bool = True


@dataclass(frozen=True)
class Fact:
    """A row of the sandbox's facts file."""

    id: str
    what: str
    grade: str
    breaks_if_false: str
    switch: str = ""

    @property
    def position(self) -> Any:
        """Where the sandbox's switch stands unless told otherwise; ``None`` without a switch."""
        return getattr(_STANDING, self.switch) if self.switch else None


@dataclass(frozen=True)
class Finding:
    """A question, how it was tried, and what came of it."""

    #: Id in the facts file; empty for a question that the sandbox does not model.
    fact: str
    question: str
    how: str
    needs_write: bool
    verdict: Verdict
    #: Empty when unsettled.
    answer: str
    #: Or why the question stays open.
    evidence: str
    switch: str = ""


@cache
def facts() -> Mapping[str, Fact]:
    """Return the facts by id."""
    text = files("zoho_books_connector.sandbox").joinpath("facts.yaml").read_text("utf-8")
    names = Fact.__dataclass_fields__
    rows = ({name: row[name] for name in names if name in row} for row in yaml.safe_load(text)["facts"])
    return {row["id"]: Fact(**row) for row in rows}


def verdict_on(fact: Fact | None, seen: Observation) -> Verdict:
    """Say whether the sandbox, as it stands, agrees with what was seen."""
    agrees = seen.answer == fact.position if fact and fact.switch else seen.agrees
    return "right" if agrees else "wrong"
