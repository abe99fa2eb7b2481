"""The table of questions: each with the fact it is about, how it is tried, and at what price.

A fact's own sentence in the facts file is the question. Where writing gives the better answer, it replaces reading.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from zoho_books_connector.probe import catching_up, picking, reading, writing
from zoho_books_connector.probe.findings import facts
from zoho_books_connector.probe.reading import Ask

_WRITE: Final = "It needs records to be created: run the probe with --write."
_DELIVERY: Final = "It needs a captured delivery: run the probe with --delivery FILE."


@dataclass(frozen=True)
class Way:
    """How a question is tried; ``calls`` at most, beyond those of the questions before it."""

    ask: Ask
    calls: int

    @property
    def how(self) -> str:
        """What is done, in a sentence."""
        return (self.ask.__doc__ or "").partition("\n")[0]


@dataclass(frozen=True)
class Question:
    """A question; without a way it is told, with the reason, but never tried."""

    fact: str
    read: Way | None = None
    write: Way | None = None
    why_not: str = _WRITE
    #: For a question that the facts file does not have.
    text: str = ""

    @property
    def question(self) -> str:
        """What is asked."""
        return self.text or facts()[self.fact].what

    def way(self, *, write: bool) -> Way | None:
        """Return how it is tried in a run that may write, or may not."""
        return self.write or self.read if write else self.read


_LIMITS: Final = "Exceeding a limit on purpose can block the organization."
_RULES: Final = "It needs webhooks and workflow rules to be set up, which would run on real records."
_BOTH: Final = (
    Question("listing-lag", None, Way(writing.listing_lag, 2)),
    Question("quota-headers", Way(reading.quota_headers, 1), Way(reading.quota_headers, 0)),
    Question("missing-record", Way(reading.missing_record, 1)),
    Question("dead-token", Way(reading.unknown_token, 1)),
    Question("scope-in-token-answer", Way(reading.answered_scope, 0)),
    Question("blanks", Way(reading.blanks, 1), Way(reading.blanks, 0)),
    Question("account-wrapper", Way(reading.chart_of_account, 2)),
    Question("bank-rule-wrapper", Way(reading.bank_rule, 3)),
    Question("fixed-asset-wrapper", Way(reading.fixed_asset, 2)),
    Question("contact-names", None, Way(writing.contact_names, 1)),
    Question("null-clears", None, Way(writing.null_on_update, 1)),
    Question("edition-fields", None, Way(writing.edition_fields, 2)),
    Question("contact-person-answer", Way(reading.contact_person_read, 2), Way(writing.contact_person_answer, 1)),
    Question("person-times", Way(reading.person_times, 0)),
    Question("person-email", None, Way(writing.person_email, 1)),
    Question("person-update", None, Way(writing.person_update, 1)),
    Question("item-duplicate", None, Way(writing.item_duplicate, 2)),
    Question("item-update", None, Way(writing.item_update, 1)),
    Question("numbering", None, Way(writing.numbering, 1)),
    Question("sales-order-answer", Way(reading.sales_order_read, 2), Way(writing.sales_order_answer, 1)),
    Question("amounts", Way(reading.document_amounts, 2), Way(reading.document_amounts, 1)),
    Question("missing-item", None, Way(writing.missing_item, 1)),
    Question("missing-reference", None, Way(writing.missing_reference, 1)),
    Question("order-without-lines", None, Way(writing.order_without_lines, 1)),
    Question("lines-without-item", None, Way(writing.lines_without_item, 1)),
    Question("discount-types", None, Way(writing.discount_types, 1)),
    Question("unknown-filters", Way(reading.unknown_filters, 1)),
    Question("known-filters", Way(reading.known_filters, 2), Way(reading.known_filters, 0)),
    Question("contact-type-filter", Way(picking.contact_type_filter, 1)),
    Question("salespersons", Way(picking.salespersons, 1)),
    Question("custom-field-list", Way(picking.custom_field_list, 1)),
    Question("custom-field-answer", Way(picking.custom_field_answer, 0)),
    Question("modified-sort", Way(catching_up.modified_sort, 1)),
    Question("modified-filter-documented", Way(catching_up.modified_filter, 1)),
    Question("numeric-ids", Way(reading.numeric_ids, 0)),
)
_NEVER: Final = (
    Question("code-life", why_not="It needs a consent that is left to grow old."),
    Question("throttle-status", why_not="Ten refreshes in ten minutes would lock the connection out."),
    Question("retry-after", why_not=_LIMITS),
    Question("rate-window", why_not=_LIMITS),
    Question("gateway-pages", why_not="An outage cannot be asked for."),
    Question("signature-encoding", why_not=_DELIVERY),
    Question("signature-repeated-keys", why_not=_DELIVERY),
    Question("payment-payload-key", why_not=_DELIVERY),
    Question("test-delivery", why_not=_DELIVERY),
    Question(
        "old-payload", why_not="It needs a delivery of a webhook that was set up in the old format, and a reader."
    ),
    Question("webhook-secret", why_not=_RULES),
    Question("webhook-url", why_not=_RULES),
    Question("webhook-in-use", why_not=_RULES),
    Question("webhook-check", why_not=_RULES),
    Question("rule-names", why_not=_RULES),
    Question("rule-entity", why_not=_RULES),
    Question("rule-status-path", why_not=_RULES),
    Question("api-changes", why_not=_RULES),
    Question("deleted-payload", why_not=_DELIVERY),
    Question("unsaid-payload-format", why_not=_RULES),
    Question("retries", why_not="It needs a receiver that refuses deliveries for hours."),
    Question("failing-rule", why_not="It needs a receiver that refuses deliveries for hours."),
    Question("quota-headers-on-429", why_not=_LIMITS),
    Question("block", why_not=_LIMITS),
    Question(
        "",
        text="Which statuses count as received, and within which time?",
        why_not="It needs a receiver that refuses deliveries for hours; Zoho's workflow logs show the attempts.",
    ),
    Question(
        "", text="Does Books run in the United Kingdom and the UAE?", why_not="Connect an account that lives there."
    ),
    Question("pkce-ignored", why_not="It needs a consent of its own."),
)

QUESTIONS: Final = (*_BOTH, *_NEVER)


def planned_calls(*, write: bool) -> int:
    """Return how many calls a probe plans; a token refresh and the clean-up come on top."""
    return sum(way.calls for question in QUESTIONS if (way := question.way(write=write)))
