"""Why Zoho refuses a part of a subscription, told from its answer and from what its lists show; a table of reasons."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from zoho_books_connector.boundary import SubscriptionProblem, TokenStore
from zoho_books_connector.errors import ConnectorError, CredentialError, InputError, NotFoundError, RejectedError
from zoho_books_connector.trigger.subscribing.entities import ENTITIES
from zoho_books_connector.trigger.subscribing.settings_api import Part

#: What a refusal by Zoho is raised as; everything else is not about the subscription.
REFUSALS: Final = (CredentialError, InputError, NotFoundError, RejectedError)

#: Zoho's figures (the manifest's ``limits``).
RULES_PER_MODULE: Final = 10
RULES_PER_ORGANIZATION: Final = 200


@dataclass(frozen=True)
class Reason:
    """One kind of problem: what happened, what to do, and whether it holds for every event."""

    message: str
    hint: str
    for_all: bool = False


PROBLEMS: Final[dict[str, Reason]] = {
    "plan_without_rules": Reason(
        "The plan of this organization has no workflow rules. {said}",
        "Webhooks need the plan Professional, Elite or Ultimate; until then, read what changed by polling.",
        for_all=True,
    ),
    "role_without_rules": Reason(
        "The role of the connected user may not keep webhooks or workflow rules. {said}",
        "Connect as an administrator of the organization, or let one follow the manual steps.",
        for_all=True,
    ),
    "scope_missing": Reason(
        "The connection lacks the scope {scope}. {said}",
        "Add it to API Access Scope and connect again, or follow the manual steps; if it is there, the user's role in "
        "Zoho Books does not allow this.",
        for_all=True,
    ),
    "rules_used_up": Reason(
        "The workflow rules of the organization are used up: {count} of {limit}{names}. {said}",
        "Remove rules that nobody needs in Zoho Books, then subscribe again.",
        for_all=True,
    ),
    "rules_of_module_used_up": Reason(
        "The workflow rules of the module are used up: {count} of {limit}{names}. {said}",
        "Remove a rule of this module that nobody needs in Zoho Books, then subscribe again.",
    ),
    "module_not_offered": Reason(
        "Zoho Books offers no webhooks for this module in this organization. {said}",
        "Choose another module, or look in Zoho Books whether the module has to be switched on first.",
    ),
    "settings_refused": Reason(
        "Zoho Books does not show the webhooks and workflow rules of this organization. {said}",
        "Follow the manual steps; where Zoho Books has no screen for them either, the plan or the role has no rules.",
        for_all=True,
    ),
    "webhook_in_use": Reason(
        "The webhook {name} is used by other workflow rules and was left{names}. {said}",
        "Take it out of those rules in Zoho Books, then call again.",
    ),
    "refused": Reason(
        "Zoho Books refused this event. {said}",
        "Follow the manual steps, where Zoho Books shows what it does not take.",
    ),
    "not_removed": Reason(
        "Zoho Books did not let {name} be removed. {said}", "Remove it in Zoho Books, or call again later."
    ),
}

_LIMIT_WORDS: Final = ("maximum", "limit", "exceed", "can have", "no more than", "up to")
#: Words of Zoho's message, in small letters → what they mean; all groups of a row must be met. The first row counts.
_WORDS: Final[tuple[tuple[tuple[tuple[str, ...], ...], str], ...]] = (
    (((*_LIMIT_WORDS,), ("module", "entity")), "rules_of_module_used_up"),
    (((*_LIMIT_WORDS,), ("rule", "workflow")), "rules_used_up"),
    ((("plan", "upgrade", "edition"),), "plan_without_rules"),
    ((("role", "permission", "privilege", "not authorized", "not allowed"),), "role_without_rules"),
    ((("entity", "module"),), "module_not_offered"),
)
_FORBIDDEN: Final = 403
_IN_USE: Final = ("use ", "used ", "in use ", "associated ")
_TAKEN: Final = ("already exist", "same name")


@dataclass(frozen=True)
class Circumstances:
    """What is known of the organization when Zoho refuses: its rules by now, and whether the grant is known."""

    rules: Sequence[Part]
    tokens: TokenStore


def problem(code: str, event: str | None, **parts: str) -> SubscriptionProblem:
    """Return the problem that ``code`` names, its sentence filled in."""
    reason = PROBLEMS[code]
    filled = reason.message
    for name in ("said", "scope", "count", "limit", "names", "name"):
        filled = filled.replace(f"{{{name}}}", parts.get(name, ""))
    return SubscriptionProblem(code, filled.strip(), reason.hint, None if reason.for_all else event)


def problem_of(error: ConnectorError, event: str, circumstances: Circumstances) -> SubscriptionProblem | None:
    """Return what Zoho's refusal of a rule or a webhook means, or ``None`` when it is not about the subscription."""
    if isinstance(error, CredentialError):
        return grant_problem(error, circumstances.tokens)
    module = event.rpartition(".")[0]
    full = full_problem(event, circumstances.rules, said=error.message)
    if full is not None and not is_about_entity(error):
        return full
    code = _by_words(error)
    said = {"said": error.message}
    if code in ("rules_of_module_used_up", "rules_used_up"):
        of_module = code == "rules_of_module_used_up"
        rules = of(circumstances.rules, module) if of_module else circumstances.rules
        return problem(code, event, **_counted(rules, None, by_module=not of_module), **said)
    return problem(code, event, **said)


def grant_problem(error: CredentialError, tokens: TokenStore) -> SubscriptionProblem | None:
    """Return the problem of a refused call by whether the grant holds the scope; other credential errors are none."""
    if error.reason != "missing_scope":
        return None
    scope = str(error.params.get("scope", ""))
    granted = granted_to(tokens)
    code = "scope_missing" if not granted or lacks(granted, scope) else "role_without_rules"
    return problem(code, None, scope=scope, said=error.message)


def granted_to(tokens: TokenStore) -> str:
    """Return the scopes that Zoho said it grants; empty when it did not say."""
    loaded = tokens.load()
    return loaded[0].scope if loaded else ""


def lacks(granted: str, scope: str) -> bool:
    """Tell whether a scope is not among those that are granted."""
    from zoho_books_connector.oauth.scopes import missing

    return bool(missing(granted, [scope]))


def listing_problem(error: ConnectorError, tokens: TokenStore) -> SubscriptionProblem | None:
    """Return what it means that Zoho does not show its settings, or ``None`` as ``grant_problem`` does."""
    if isinstance(error, CredentialError):
        return grant_problem(error, tokens)
    code = _by_words(error)
    if code not in ("plan_without_rules", "role_without_rules"):
        code = "settings_refused"
    return problem(code, None, said=error.message)


def full_problem(event: str, rules: Sequence[Part], *, said: str = "") -> SubscriptionProblem | None:
    """Return the limit that one more rule would exceed, by counting what stands."""
    of_module = of(rules, event.rpartition(".")[0])
    if len(of_module) >= RULES_PER_MODULE:
        counted = _counted(of_module, RULES_PER_MODULE, by_module=False)
        return problem("rules_of_module_used_up", event, said=said, **counted)
    if len(rules) >= RULES_PER_ORGANIZATION:
        return problem("rules_used_up", event, said=said, **_counted(rules, RULES_PER_ORGANIZATION, by_module=True))
    return None


def of(rules: Sequence[Part], module: str) -> list[Part]:
    """Return the rules of a module, in either form of its name."""
    return [rule for rule in rules if rule.entity in ENTITIES[module]]


def is_about_entity(error: ConnectorError) -> bool:
    """Tell whether Zoho refused the name of the module."""
    return isinstance(error, InputError | RejectedError) and _by_words(error) == "module_not_offered"


def is_taken(error: ConnectorError) -> bool:
    """Tell whether the name stands already. Zoho was seen to answer code 107051; its message says so too."""
    return error.details.zoho_code in (1001, 107051) or _says(error, _TAKEN)


def is_in_use(error: ConnectorError) -> bool:
    """Tell whether a webhook is kept because a rule uses it."""
    return _says(error, _IN_USE)


def _by_words(error: ConnectorError) -> str:
    for groups, code in _WORDS:
        if all(_says(error, group) for group in groups):
            return code
    return "role_without_rules" if error.details.http_status == _FORBIDDEN else "refused"


def _says(error: ConnectorError, words: Sequence[str]) -> bool:
    """Tell whether any of the words begins somewhere in Zoho's message."""
    said = f" {re.sub(r'[^a-z0-9]+', ' ', error.message.lower())} "
    return any(f" {word}" in said for word in words)


def _counted(rules: Sequence[Part], limit: int | None, *, by_module: bool) -> dict[str, str]:
    """Say how many rules there are, and which: by name, or for the whole organization by module."""
    counts = Counter(rule.entity or "?" for rule in rules)
    names = [f"{name} {count}" for name, count in counts.most_common()] if by_module else [rule.name for rule in rules]
    return {
        "count": str(len(rules)),
        "limit": str(limit or len(rules)),
        "names": f" ({', '.join(names)})" if names else "",
    }
