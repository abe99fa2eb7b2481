"""The least scopes for what somebody wants to do, and what needs each of them; all of it from the manifest."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

#: Purpose, as the manifest names it → what the page says. A unique field is asked for by who wants it.
_PURPOSES: Final = {
    "call": "for its own call",
    "merge": "to read first what is kept",
    "settle": "to look after a lost answer",
    "options": "to offer choices in its form",
    "check": "to test the connection",
    "upsert": "to find records by a unique field",
    "subscribe": "to set the webhook up",
    "unsubscribe": "to take the webhook away",
}
_ALWAYS: Final = frozenset(_PURPOSES) - {"upsert"}
_BY_MODULE: Final = "get_record"
_FULL: Final = "ZohoBooks.fullaccess.all"
TRIGGER: Final = "trigger"


@dataclass(frozen=True)
class Uses:
    """What a connection shall be used for."""

    #: Ids of actions, and ``trigger``.
    actions: frozenset[str]
    #: Modules that Get Records by Id shall read.
    modules: frozenset[str]
    by_unique_field: bool = False


@dataclass(frozen=True)
class Explained:
    """A scope, what it allows, and what needs it."""

    scope: str
    allows: str
    needed_by: tuple[str, ...]


class Scopes:
    """What the manifest says of scopes."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self._actions: dict[str, Any] = manifest["actions"]
        self._trigger: dict[str, Any] = manifest["triggers"]["webhook"]
        schemes: dict[str, Any] = manifest["authorization"]["securitySchemes"]
        [scheme] = schemes.values()
        self._allows: dict[str, str] = scheme["flows"]["authorizationCode"]["scopes"]
        self._default = str(manifest["credential"]["schema"]["properties"]["scope"]["default"])

    @property
    def titles(self) -> dict[str, str]:
        """What can be wanted: id → title."""
        titles = {action_id: str(action["title"]) for action_id, action in self._actions.items()}
        return titles | ({TRIGGER: f"{self._trigger['title']} trigger"} if self._trigger.get("scopes") else {})

    @property
    def modules(self) -> dict[str, str]:
        """The modules of Get Records by Id: id → scope."""
        found: dict[str, str] = self._actions[_BY_MODULE]["scopes"]["call_by"]["scopes"]
        return found

    @property
    def usual(self) -> Uses:
        """What the field is pre-filled for: all actions, and the modules that they write."""
        return Uses(frozenset(self._actions), frozenset(self._actions[_BY_MODULE]["scopes"]["call_by"]["prefilled"]))

    def text(self, uses: Uses, typed: str = "") -> str:
        """Return the least scopes, and behind them what was typed by hand that nothing here would ever ask for."""
        known = {scope for scope, _, _ in self._needs(_everything(self))}
        strange = [scope for scope in split(typed) if scope not in known]
        needed = dict.fromkeys(scope for scope, _, _ in self._needs(uses))
        # In the manifest's order where it has one, which is the order of the pre-filled text.
        usual = [scope for scope in split(self._default) if scope in needed]
        return ",".join(dict.fromkeys([*usual, *needed, *strange]))

    def explain(self, text: str, uses: Uses) -> list[Explained]:
        """Return each scope of a text with what needs it."""
        reasons: dict[str, dict[str, list[str]]] = {}
        for scope, title, purpose in self._needs(uses):
            reasons.setdefault(scope, {}).setdefault(title, []).append(_PURPOSES.get(purpose, purpose))
        return [
            Explained(
                scope,
                self._allows.get(scope, "Added by hand"),
                tuple(f"{title} {', '.join(dict.fromkeys(why))}" for title, why in reasons.get(scope, {}).items()),
            )
            for scope in split(text)
        ]

    def uses_of(self, text: str) -> Uses:
        """Return what a text of scopes is good for."""
        held = frozenset(split(text))
        modules = frozenset(module for module, scope in self.modules.items() if _covers(held, scope))
        wanted = frozenset(
            each
            for each in self.titles
            if all(_covers(held, scope) for scope, _, _ in self._needs(Uses(frozenset([each]), modules)))
        )
        some = Uses(wanted, modules, by_unique_field=True)
        unique = all(_covers(held, scope) for scope, _, purpose in self._needs(some) if purpose == "upsert")
        return Uses(wanted, modules, unique and bool(wanted))

    def lacking(self, missing: Collection[str]) -> dict[str, list[str]]:
        """Return which actions lack which of the missing scopes: title → scopes."""
        lacking: dict[str, list[str]] = {}
        for scope, title, _ in self._needs(self.usual):
            if scope in missing and scope not in lacking.setdefault(title, []):
                lacking[title].append(scope)
        return {title: scopes for title, scopes in lacking.items() if scopes}

    def _needs(self, uses: Uses) -> Iterator[tuple[str, str, str]]:
        """Yield scope, title of what needs it, and purpose."""
        purposes = _ALWAYS | ({"upsert"} if uses.by_unique_field else set())
        for each, title in self.titles.items():
            if each not in uses.actions:
                continue
            scopes = self._trigger["scopes"] if each == TRIGGER else self._actions[each]["scopes"]
            for purpose, needed in scopes.items():
                if purpose == "call_by":
                    yield from ((needed["scopes"][module], title, "call") for module in sorted(uses.modules))
                elif purpose in purposes:
                    yield from ((scope, title, purpose) for scope in needed)


def split(text: str) -> list[str]:
    """Return the scopes of a text that separates them by commas, blanks or lines, each once."""
    return list(dict.fromkeys(filter(None, re.split(r"[,\s]+", text))))


def _covers(held: Collection[str], scope: str) -> bool:
    return bool({scope, f"{scope.rpartition('.')[0]}.ALL", _FULL} & set(held))


def _everything(scopes: Scopes) -> Uses:
    return Uses(frozenset(scopes.titles), frozenset(scopes.modules), by_unique_field=True)
