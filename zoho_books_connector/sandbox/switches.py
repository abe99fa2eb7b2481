"""The choices nobody outside Zoho has confirmed, and the figures of Zoho's limits, as two frozen tables."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Literal


def _switch(*positions: Any) -> Any:
    """Declare a switch; the first position is where it stands unless told otherwise."""
    return field(default=positions[0], metadata={"positions": positions})


@dataclass(frozen=True)
class Switches:
    """One field per open question; `facts.yaml` says what each is about and what breaks if we guess wrong."""

    auto_numbering: Literal["on", "off"] = _switch("on", "off")
    bank_rule_answer: Literal["rule", "flat"] = _switch("rule", "flat")
    blanks: Literal["empty_text", "typed"] = _switch("empty_text", "typed")
    changes_by_api: Literal["trigger", "silent"] = _switch("trigger", "silent")
    chart_of_account_answer: Literal["chart_of_account", "flat"] = _switch("chart_of_account", "flat")
    code_seconds: Literal[120, 60] = _switch(120, 60)
    contact_names: Literal["unique", "repeatable"] = _switch("unique", "repeatable")
    contact_person_answer: Literal["object", "list"] = _switch("object", "list")
    contact_type_filter: Literal["exact", "leaks"] = _switch("exact", "leaks")
    custom_field_answer: Literal["list", "by_module"] = _switch("list", "by_module")
    custom_field_list: Literal["listed", "unknown_address"] = _switch("listed", "unknown_address")
    deleted_payload: Literal["id", "record"] = _switch("id", "record")
    document_amounts: Literal["number", "text"] = _switch("number", "text")
    edition_fields: Literal["dropped", "refused"] = _switch("dropped", "refused")
    failing_rule: Literal["kept", "switched_off"] = _switch("kept", "switched_off")
    fixed_asset_answer: Literal["fixed_asset", "fissed-asset"] = _switch("fixed_asset", "fissed-asset")
    item_duplicate_code: Literal[1001, 1000] = _switch(1001, 1000)
    item_update: Literal["partial", "whole"] = _switch("partial", "whole")
    lines_without_item: Literal["accepted", "refused"] = _switch("accepted", "refused")
    list_filters: Literal["honoured", "ignored"] = _switch("honoured", "ignored")
    listing_lag_seconds: Literal[0, 2] = _switch(0, 2)
    missing_item_status: Literal[400, 404] = _switch(400, 404)
    missing_record_status: Literal[404, 400] = _switch(404, 400)
    modified_filter: Literal["everywhere", "documented"] = _switch("everywhere", "documented")
    modified_sort: Literal["documented", "everywhere"] = _switch("documented", "everywhere")
    null_on_update: Literal["clears", "ignored"] = _switch("clears", "ignored")
    numeric_ids: Literal["never", "some"] = _switch("never", "some")
    order_without_lines: Literal["refused", "accepted"] = _switch("refused", "accepted")
    person_duplicate_email: Literal["accepted", "refused"] = _switch("accepted", "refused")
    person_times: Literal["absent", "present"] = _switch("absent", "present")
    person_update: Literal["partial", "whole"] = _switch("partial", "whole")
    quota_headers: Literal["present", "absent"] = _switch("present", "absent")
    rate_window: Literal["sliding", "fixed"] = _switch("sliding", "fixed")
    retry_after: Literal["absent", "present"] = _switch("absent", "present")
    rule_entity: Literal["singular", "plural"] = _switch("singular", "plural")
    rule_names: Literal["repeatable", "unique"] = _switch("repeatable", "unique")
    rule_status_path: Literal["active", "activate"] = _switch("active", "activate")
    sales_order_answer: Literal["object", "list"] = _switch("object", "list")
    salesperson_key: Literal["data", "salespersons"] = _switch("data", "salespersons")
    signature_encoding: Literal["hex", "base64"] = _switch("hex", "base64")
    throttle_status: Literal[400, 200] = _switch(400, 200)
    answered_scope: Literal["absent", "present"] = _switch("absent", "present")
    unknown_token_code: Literal[57, 14] = _switch(57, 14)
    unsaid_payload_format: Literal["new", "old"] = _switch("new", "old")
    webhook_check: Literal["sent", "absent"] = _switch("sent", "absent")
    webhook_in_use: Literal["refused", "deleted"] = _switch("refused", "deleted")
    webhook_key_answer: Literal["absent", "present"] = _switch("absent", "present")
    webhook_retries: Literal["growing", "none"] = _switch("growing", "none")
    webhook_url_answer: Literal["as_sent", "with_ending"] = _switch("as_sent", "with_ending")

    def __post_init__(self) -> None:
        """Refuse a position that does not exist, so that a misspelt one cannot pass for a test."""
        for name, positions in POSITIONS.items():
            if getattr(self, name) not in positions:
                raise ValueError(f"switch {name} stands at one of {positions}, not {getattr(self, name)!r}")

    @classmethod
    def parse(cls, settings: list[str]) -> Switches:
        """Read `name=value` settings as the command line gives them."""
        chosen: dict[str, Any] = {}
        for setting in settings:
            name, _, value = setting.partition("=")
            if name not in POSITIONS:
                raise ValueError(f"no switch is named {name!r}; there are: {', '.join(POSITIONS)}")
            matches = [position for position in POSITIONS[name] if str(position) == value]
            if not matches:
                raise ValueError(f"switch {name} stands at one of {POSITIONS[name]}, not {value!r}")
            chosen[name] = matches[0]
        return cls(**chosen)


POSITIONS: dict[str, tuple[Any, ...]] = {item.name: item.metadata["positions"] for item in fields(Switches)}

CALLS_PER_DAY = {
    "free": 1000,
    "standard": 2000,
    "professional": 5000,
    "premium": 10000,
    "elite": 10000,
    "ultimate": 10000,
}
PLANS_WITH_RULES = ("professional", "elite", "ultimate")
CONCURRENT_CALLS = {"free": 5}
CONCURRENT_CALLS_PAID = 10


@dataclass(frozen=True)
class Limits:
    """Figures of the rate limits; `None` switches one off. Seconds unless the name says otherwise."""

    plan: str = "professional"
    per_minute: int | None = 100
    minute_seconds: float = 60
    block_after_refusals: int | None = 50
    block_seconds: float = 900
    per_day: int | Literal["by plan"] | None = "by plan"
    concurrent: int | Literal["by plan"] | None = "by plan"
    access_token_seconds: int = 3600
    access_tokens_per_window: int | None = 10
    grant_codes_per_window: int | None = 10
    oauth_window_seconds: float = 600
    oauth_block_seconds: float = 600
    active_access_tokens: int | None = 15
    refresh_tokens_per_user: int | None = 20
    rules_per_module: int | None = 10
    rules_per_organization: int | None = 200
    webhooks_per_day: int | None = 1000

    @classmethod
    def off(cls) -> Limits:
        """No limit at all, for tests about something else."""
        return cls(
            per_minute=None,
            block_after_refusals=None,
            per_day=None,
            concurrent=None,
            access_tokens_per_window=None,
            grant_codes_per_window=None,
            active_access_tokens=None,
            refresh_tokens_per_user=None,
            rules_per_module=None,
            rules_per_organization=None,
            webhooks_per_day=None,
        )

    @property
    def calls_per_day(self) -> int | None:
        """The daily figure in force."""
        return CALLS_PER_DAY[self.plan] if self.per_day == "by plan" else self.per_day

    @property
    def has_rules(self) -> bool:
        """Whether the plan has workflow rules."""
        return self.plan in PLANS_WITH_RULES

    @property
    def concurrent_calls(self) -> int | None:
        """The concurrency figure in force."""
        if self.concurrent == "by plan":
            return CONCURRENT_CALLS.get(self.plan, CONCURRENT_CALLS_PAID)
        return self.concurrent
