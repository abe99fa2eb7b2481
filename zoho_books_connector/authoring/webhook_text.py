"""The generated blocks of the webhook guide: steps, names of events, the signature, refusals and limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from zoho_books_connector.authoring.markdown import code, plain, table
from zoho_books_connector.authoring.steps import Step, numbered
from zoho_books_connector.manifest import load_manifest
from zoho_books_connector.trigger.refusals import REFUSALS

#: What a step asks to paste → how the page says so.
_VALUES: Final = {
    "webhook_name": "Your host gives the name.",
    "module": "The modules are [below](#events).",
    "url": "Your host gives the URL; the names of events are [below](#events).",
    "header_token": "Your host gives name and value.",
    "secret": "Your host gives the secret.",
    "rule_name": "Your host gives the name.",
    "rule_trigger": "The words are those of [events](#events).",
}


def _trigger() -> dict[str, Any]:
    trigger: dict[str, Any] = load_manifest()["triggers"]["webhook"]
    return trigger


def steps() -> str:
    """Return the steps in Zoho Books."""

    def added(step: Step) -> Iterator[str]:
        if "value" in step:
            yield _VALUES[step["value"]]

    return numbered(_trigger()["setup"], added) + "\n"


def modules() -> str:
    """Return the modules that events come from, with the schema and the samples of their events."""
    trigger = _trigger()
    rows = trigger["modules"].items()
    types = trigger["events"]["types"].values()
    events = table(
        ("Module", "Created", "Updated", "Deleted"),
        (_module(row["title"], [each for each in types if each["module"] == key]) for key, row in rows),
    )
    notes = "".join(f"- {plain(row['title'])}: {plain(row['note'])}\n" for _, row in rows if "note" in row)
    return f"{events}\n{notes}"


def _module(title: str, types: list[dict[str, Any]]) -> tuple[str, ...]:
    samples = (f"[{code(each['parameter'])}](../{each['sample']})" for each in types)
    return f"[{plain(title)}](../{types[0]['schema']})", *samples


def signature() -> str:
    """Return what is known of the signature, and what is not."""
    told = _trigger()["signature"]
    known = "".join(f"- {plain(each)}\n" for each in told["known"])
    unknown = "".join(f"- {plain(each)}\n" for each in told["unknown"])
    return (
        f"Header {code(told['header'])}, {told['algorithm']} over: {plain(told['signed'])} "
        f"([Zoho's page]({told['documentation']}))\n\n"
        f"Known:\n\n{known}\nNot known:\n\n{unknown}\n{plain(told['no_timestamp'])}\n"
    )


def refusals() -> str:
    """Return every reason why a delivery is refused."""
    return table(
        ("Code", "What happened", "What to do"),
        ((code(name), plain(happened), plain(advice)) for name, (happened, advice) in REFUSALS.items()),
    )


def limits() -> str:
    """Return Zoho's limits, and what is known of how it delivers."""
    trigger = _trigger()
    told = trigger["limits"]
    figures = table(
        ("Limit", "Figure"),
        (
            ("Webhooks that run in a day", str(told["webhooks_per_day"])),
            ("Webhooks of one rule", str(told["webhooks_per_rule"])),
            ("Rules of one module", str(told["rules_per_module"])),
            ("Rules of an organization", str(told["rules_per_organization"])),
            ("Plans with workflow rules", ", ".join(told["plans"])),
        ),
    )
    delivery = "".join(f"- {plain(each['text'])} ({each['source']})\n" for each in trigger["delivery"])
    return f"{figures}\nSource: {told['source']} ([Zoho's page]({told['documentation']})).\n\n{delivery}"
