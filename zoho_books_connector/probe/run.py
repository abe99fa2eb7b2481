"""Runs the probe: asks every question in order, cleans up, and never lets one question stop another."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from zoho_books_connector.boundary import Delivery, RunContext, TokenStore
from zoho_books_connector.probe.deliveries import observed
from zoho_books_connector.probe.findings import Finding, Observation, UnsettledError, facts, verdict_on
from zoho_books_connector.probe.lab import Lab
from zoho_books_connector.probe.questions import QUESTIONS, Question


def run_probe(
    credential: Mapping[str, Any],
    tokens: TokenStore,
    run: RunContext,
    *,
    write: bool,
    delivery: Delivery | None = None,
    webhook_secret: str = "",
) -> list[Finding]:
    """Return a finding for every question; raises ``CredentialError`` when the connection does not work.

    Without ``write`` nothing is created or changed. With it, records named "Connector probe" and a suffix are created
    and taken back; a last finding says whether that went well.
    """
    lab = Lab(credential, tokens, run, suffix=f"probe{secrets.token_hex(4)}", write=write)
    told = dict(observed(delivery, webhook_secret)) if delivery else {}
    try:
        found = [_asked(question, lab, told) for question in QUESTIONS]
    finally:
        # Also after Ctrl-C: what was created goes before anything else does.
        left = lab.cleanup.run(search=lab.wire.lost) if write else []
    return [*found, _cleaned(left)] if write else found


def _asked(question: Question, lab: Lab, told: Mapping[str, Observation]) -> Finding:
    way = question.way(write=lab.write)
    fact = facts().get(question.fact)
    switch = fact.switch if fact else ""
    how, needs_write = (way.how if way else ""), question.read is None and question.write is not None
    try:
        if question.fact in told:
            seen, how = told[question.fact], "Compare a captured delivery with its signature."
        elif way is None:
            raise UnsettledError(question.why_not)
        else:
            seen = way.ask(lab)
    except UnsettledError as error:
        return Finding(question.fact, question.question, how, needs_write, "unsettled", "", str(error), switch)
    verdict = verdict_on(fact, seen)
    return Finding(question.fact, question.question, how, needs_write, verdict, str(seen.answer), seen.evidence, switch)


def _cleaned(left: list[str]) -> Finding:
    return Finding(
        fact="",
        question="Were the probe's own records taken back?",
        how="Delete them; where that is refused, mark them as inactive or void.",
        needs_write=True,
        verdict="wrong" if left else "right",
        answer="no" if left else "yes",
        evidence="; ".join(left) or "nothing is left",
    )
