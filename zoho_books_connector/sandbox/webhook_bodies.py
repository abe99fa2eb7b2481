"""What a webhook that was set up through the API delivers about a record."""

from __future__ import annotations

from collections.abc import Callable

from .messages import FORM
from .payloads import JSON_TYPE, Body, filled_in, form_body, json_body, older
from .record_fields import Record
from .switches import Switches
from .webhooks import Delivery, delivery_with

Fill = Callable[[str], str]


def delivery_of(webhook: Record, key: str, record: Record, switches: Switches) -> Delivery:
    """A delivery with the webhook's settings as they are now; `key` is the one the payload stands under."""

    def fill(template: str) -> str:
        return filled_in(template, key, record)

    return _delivery(webhook, _body(webhook, key, record, switches, fill), fill, switches)


def check_of(webhook: Record, switches: Switches) -> Delivery:
    """The empty call that tries a webhook when it is saved, in the webhook's kind of body."""

    def fill(template: str) -> str:
        return filled_in(template, "payload", {})

    body = form_body([("payload", "")]) if _is_form(webhook) else json_body({"payload": ""})
    return _delivery(webhook, body, fill, switches)


def _delivery(webhook: Record, body: Body, fill: Fill, switches: Switches) -> Delivery:
    return delivery_with(
        body,
        url=webhook["url"],
        encoding=switches.signature_encoding,
        secret=webhook.get("secret") or None,
        query=_pairs(webhook, "query_parameters", fill),
        headers=_pairs(webhook, "headers", fill),
        method=webhook["method"],
    )


def _body(webhook: Record, key: str, record: Record, switches: Switches, fill: Fill) -> Body:
    if name := webhook.get("user_defined_format_name"):
        return form_body([(name, fill(webhook.get("user_defined_format_value", "")))])
    if _is_form(webhook):
        return form_body(_pairs(webhook, "form_data", fill))
    if raw := webhook.get("raw_data"):
        return Body(webhook["body_type"] or JSON_TYPE, fill(raw).encode())
    is_new = webhook.get("is_new_response_format", switches.unsaid_payload_format == "new")
    return json_body({key: record if is_new else older(record)})


def _is_form(webhook: Record) -> bool:
    return bool(webhook.get("user_defined_format_name") or webhook.get("form_data")) or webhook["body_type"] == FORM


def _pairs(webhook: Record, field: str, fill: Fill) -> list[tuple[str, str]]:
    return [(entry["param_name"], fill(entry["param_value"])) for entry in webhook.get(field, [])]
