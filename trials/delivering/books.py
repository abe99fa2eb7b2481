"""The sandbox's books: records that people make, change and delete, and the webhooks that tell of it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from trials.delivering.host import SECRET, TOKEN, TOKEN_HEADER
from zoho_books_connector.sandbox import Carrier, Limits, LogEntry, Parcel, RetryPolicy, Sandbox

#: Module → the field in which each version says which one it is.
MARKED: Final = {"contact": "notes", "item": "description"}
#: What a person does → the kind of rule that runs, and what the event is called.
_RULES: Final = {"add": "created", "edit": "updated", "delete": "deleted"}
_NAMES: Final = {"contact": "contact_name", "item": "name"}
#: Of the forged ones a part finds its host dead, and is not sent again.
REPEATED, FORGED, DISORDERED, LATE = 0.2, 0.18, 0.4, 0.02
#: Seconds. Nothing is given up: a host that was killed comes back soon.
_RETRIES: Final = RetryPolicy(delays=(0.05, 0.1, 0.2, 0.4, *(1.0,) * 60))
_LATE_SECONDS, _DISORDER_SECONDS = 5.0, 1.0
_SENDERS: Final = 6
#: How often a person deletes a record, makes a new one, and changes the same one again at once.
_DELETES, _CREATES, _AGAIN = 0.04, 0.2, 0.25


@dataclass(frozen=True)
class Change:
    """What a person did, and so what must be handed on."""

    module: str
    record_id: str
    verb: str
    #: Which version it made; none is left of a deleted record.
    mark: str

    @property
    def name(self) -> str:
        """Return what tells this change from every other."""
        return f"{self.module}.{self.verb} {self.record_id} {self.mark}"


@dataclass
class Books:
    """Changes records as people do, and notes each change; the sandbox's rules send deliveries of it."""

    ports: Mapping[str, int]
    seed: int
    made: list[Change] = field(default_factory=list)
    _living: dict[str, list[str]] = field(default_factory=lambda: {module: [] for module in MARKED})
    _number: int = 0

    def __post_init__(self) -> None:
        """Set up the webhooks and the rules; nothing is sent yet."""
        self._chance = random.Random(self.seed)  # noqa: S311 - repeatability is wanted, not secrecy
        self.sandbox = Sandbox(
            ("us",), limits=Limits.off(), seed=self.seed, carrier=_carrier(self.seed), retries=_RETRIES
        )
        self._centre = self.sandbox["us"]
        self._organization = str(self._centre.organizations[0]["organization_id"])
        automation = self._centre.automation(self._organization)
        for module, kind, webhook in self._webhooks():
            number = webhook["webhook_id"]
            automation.webhooks[number] = webhook
            automation.rules[number] = _rule(number, module, kind)

    def change(self) -> None:
        """Make one change: most of them to a record that is there, often to the one that was changed last."""
        last = self.made[-1] if self.made and self.made[-1].verb != "deleted" else None
        if last and self._chance.random() < _AGAIN:
            self._enter(last.module, last.record_id)
            return
        module = self._chance.choice(list(MARKED))
        living, draw = self._living[module], self._chance.random()
        if not living or draw < _CREATES:
            self._enter(module, None)
        elif draw < _CREATES + _DELETES:
            record_id = living.pop(self._chance.randrange(len(living)))
            self.made.append(Change(module, record_id, "deleted", "-"))
            self._centre.discard(self._organization, module, record_id)
        else:
            self._enter(module, self._chance.choice(living))

    def latest(self) -> Iterator[str]:
        """Yield the name of the last change of every record that is there, as the books say it."""
        made = {(each.module, each.record_id, each.mark): each for each in self.made}
        for module, field_name in MARKED.items():
            for record in self._centre.records(self._organization, module):
                yield made[module, str(record[f"{module}_id"]), str(record[field_name])].name

    def attempts(self) -> list[LogEntry]:
        """Return what was sent, and what was answered."""
        return self._centre.workflow_log(self._organization)

    def start_sending(self) -> None:
        """Send what is due from now on."""
        self.sandbox.start_sending(_SENDERS)

    def _enter(self, module: str, record_id: str | None) -> None:
        self._number += 1
        mark = f"v{self._number}"
        record: dict[str, Any] = {MARKED[module]: mark}
        record |= {f"{module}_id": record_id} if record_id else {_NAMES[module]: f"{module} {self._number}"}
        entered = self._centre.enter(self._organization, module, record)
        found = str(entered[f"{module}_id"])
        self.made.append(Change(module, found, "updated" if record_id else "created", mark))
        if not record_id:
            self._living[module].append(found)

    def _webhooks(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        for module, port in self.ports.items():
            for kind, verb in _RULES.items():
                yield (
                    module,
                    kind,
                    {
                        "webhook_id": f"{module}-{kind}",
                        "url": f"http://127.0.0.1:{port}/hook",
                        "method": "POST",
                        "secret": SECRET,
                        "body_type": "",
                        "headers": [{"param_name": TOKEN_HEADER, "param_value": TOKEN}],
                        "query_parameters": [{"param_name": "event", "param_value": f"{module}_{verb}"}],
                    },
                )


def _rule(number: str, module: str, kind: str) -> dict[str, Any]:
    return {
        "workflow_id": number,
        "rule_type": kind,
        "entity": module,
        "is_active": True,
        "field_update": [],
        "apply_rule_always": True,
        "instant_actions": [{"action_id": number, "action_type": "webhook"}],
    }


class _Carrier(Carrier):
    """Forges the second proof too: a signature that is right beside a token that is missing, or a guess."""

    def __init__(self, seed: int, **chances: float) -> None:
        super().__init__(seed=seed, **chances)
        self._chance = random.Random(seed + 1)  # noqa: S311 - as above

    def carry(self, parcel: Parcel) -> Iterator[tuple[float, Parcel]]:
        """Yield what arrives of a parcel, and when."""
        for seconds, carried in super().carry(parcel):
            if carried.genuine or self._chance.random() < 2 / 3:
                yield seconds, carried
            else:
                yield seconds, replace(parcel, delivery=self._without_token(parcel), genuine=False)

    def _without_token(self, parcel: Parcel) -> Any:
        guess = [(TOKEN_HEADER, "a-guess-at-the-token")] if self._chance.random() < 0.5 else []
        kept = [pair for pair in parcel.delivery.headers if pair[0] != TOKEN_HEADER]
        return replace(parcel.delivery, headers=(*kept, *guess))


def _carrier(seed: int) -> Carrier:
    return _Carrier(
        seed,
        duplicates=REPEATED,
        forged=FORGED,
        disordered=DISORDERED,
        late=LATE,
        late_seconds=_LATE_SECONDS,
        disorder_seconds=_DISORDER_SECONDS,
    )
