"""Removes what bears a subscription's name, rules before webhooks, and leaves what somebody else uses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from zoho_books_connector.boundary import PartChange, SubscriptionProblem, TokenStore
from zoho_books_connector.errors import ConnectorError, CredentialError, InputError, RejectedError
from zoho_books_connector.trigger.subscribing.problems import grant_problem, is_in_use, problem
from zoho_books_connector.trigger.subscribing.settings_api import Part, SettingsApi
from zoho_books_connector.trigger.subscribing.standing import Standing, label_of


@dataclass
class Removal:
    """Removes parts one by one and keeps what became of each."""

    api: SettingsApi
    standing: Standing
    tokens: TokenStore
    changes: list[PartChange] = field(default_factory=list)
    problems: list[SubscriptionProblem] = field(default_factory=list)
    #: Whether the connection may remove nothing, so that asking on is of no use.
    is_denied: bool = False

    def remove(self, event: str, parts: Iterable[Part]) -> None:
        """Remove parts of an event."""
        for part in parts:
            if self.is_denied:
                return
            users = self.standing.others(part)
            if users:
                self._left(event, part, names=f" ({', '.join(users)})")
            else:
                self._remove(event, part)

    def _remove(self, event: str, part: Part) -> None:
        try:
            self.api.remove(part)
        except CredentialError as error:
            found = grant_problem(error, self.tokens)
            if found is None:
                raise
            self.is_denied = True
            self.problems.append(found)
        except (InputError, RejectedError) as error:
            self._refused(event, part, error)
        else:
            self.changes.append(PartChange(event, part.kind, "removed", part.name, part.id))

    def _refused(self, event: str, part: Part, error: ConnectorError) -> None:
        if part.kind == "webhook" and is_in_use(error):
            self._left(event, part, said=error.message)
        else:
            name = f"the {label_of(part.kind)} {part.name}"
            self.problems.append(problem("not_removed", event, name=name, said=error.message))

    def _left(self, event: str, part: Part, *, names: str = "", said: str = "") -> None:
        self.problems.append(problem("webhook_in_use", event, name=part.name, names=names, said=said))
