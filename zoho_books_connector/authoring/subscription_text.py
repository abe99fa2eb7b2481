"""The generated blocks of the page on subscriptions: what Zoho refuses, and what can drift."""

from __future__ import annotations

import re
from typing import Final

from zoho_books_connector.authoring.markdown import code, plain, table
from zoho_books_connector.trigger.subscribing.check import DRIFTS
from zoho_books_connector.trigger.subscribing.problems import PROBLEMS

#: What a sentence is filled with → how the page says so.
_PARTS: Final = {
    "{said}": "",
    "{names}": "",
    "{scope}": "…",
    "{count} of {limit}": "… of …",
    "{part}": "webhook or rule",
    "{name}": "…",
    "{fields}": "url",
}


def problems() -> str:
    """Return every reason for which Zoho refuses a subscription."""
    return table(
        ("Code", "What happened", "What to do", "For all events"),
        (
            (code(name), plain(_bare(reason.message)), plain(reason.hint), "yes" if reason.for_all else "")
            for name, reason in PROBLEMS.items()
        ),
    )


def drifts() -> str:
    """Return everything that a check can find."""
    return table(
        ("`what`", "What happened", "What to do"),
        ((code(what), plain(_bare(said)), plain(hint)) for what, (said, hint) in DRIFTS.items()),
    )


def _bare(sentence: str) -> str:
    for part, told in _PARTS.items():
        sentence = sentence.replace(part, told)
    return re.sub(r" +", " ", sentence).strip()
