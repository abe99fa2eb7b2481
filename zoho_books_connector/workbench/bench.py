"""The host that the pages stand on: the connector behind its hooks, the stores, and the sandbox beside it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import Final, Self

from zoho_books_connector.boundary import DataCentre
from zoho_books_connector.cli.home import Home
from zoho_books_connector.cli.host import Host
from zoho_books_connector.sandbox import Sandbox
from zoho_books_connector.sandbox.clients import Client
from zoho_books_connector.workbench.batches.lanes import Lanes
from zoho_books_connector.workbench.batches.row_table import RowTable
from zoho_books_connector.workbench.batches.table import BatchTable
from zoho_books_connector.workbench.batches.work import Batches
from zoho_books_connector.workbench.credentials.connecting import Connecting
from zoho_books_connector.workbench.credentials.setups import Setups
from zoho_books_connector.workbench.credentials.standing import Standings
from zoho_books_connector.workbench.durable.runtime import Durable
from zoho_books_connector.workbench.flows.table import FlowTable
from zoho_books_connector.workbench.flows.work import Flows
from zoho_books_connector.workbench.forms.accounts import Accounts
from zoho_books_connector.workbench.forms.catalogue import Catalogue
from zoho_books_connector.workbench.forms.drafts import Drafts
from zoho_books_connector.workbench.ledger import Ledger
from zoho_books_connector.workbench.runs.attempts import Attempts
from zoho_books_connector.workbench.runs.calls import CallTable
from zoho_books_connector.workbench.runs.quota import Quotas, WatchedBudget
from zoho_books_connector.workbench.runs.table import RunTable
from zoho_books_connector.workbench.runs.work import Runs
from zoho_books_connector.workbench.settings import Settings
from zoho_books_connector.workbench.trigger.catch_up_table import CatchUpTable
from zoho_books_connector.workbench.trigger.catching_up import CatchingUp
from zoho_books_connector.workbench.trigger.day_watch import DayWatch
from zoho_books_connector.workbench.trigger.polls import Polls
from zoho_books_connector.workbench.trigger.proofs import Proofs
from zoho_books_connector.workbench.trigger.receiving import Receiving
from zoho_books_connector.workbench.trigger.subscriptions import Subscriptions
from zoho_books_connector.workbench.web.sessions import session_key
from zoho_books_connector.workbench.web.tries import Tries

LEDGER: Final = "workbench.db"
#: What the workbench is called in the budget that every command shares; there is one in a folder.
OWNER: Final = "workbench"
#: Where Zoho sends people back to; the credential form shows it to be copied.
CALLBACK: Final = "/credentials/callback"


class Workbench:
    """Everything that lives as long as the process. Use it as a context manager."""

    def __init__(self, settings: Settings, sandbox: Sandbox | None = None) -> None:
        self.settings = settings
        self._closing = ExitStack()
        self.home = Home(settings.home)
        self.store = self.home.store()
        self.ledger = Ledger(settings.home / LEDGER)
        self._closing.callback(self.ledger.close)
        self.session_key = session_key(self.ledger.session_key(), settings.password)
        self.tries = Tries()
        self.sandbox = sandbox or (Sandbox(("us", "in")) if settings.sandbox else None)
        self.sandbox_client: Client | None = None
        self.host = Host(replace(settings.http, sandboxes=(*settings.http.sandboxes, *self._centres())))
        self._closing.callback(self.host.close)
        self.host.remember(self.home.journal())
        self.budget = WatchedBudget(self.home.budget(owner=OWNER))
        self.host.share(self.budget)
        self.quotas = Quotas(self.ledger, self.budget)
        self.standings = Standings(self.ledger)
        self.connecting = Connecting(self.host, self.store, self.standings, self.callback_url, self.quotas.learn)
        self.setups = Setups(self.connecting.take_back)
        self.catalogue = Catalogue(self.host)
        self.accounts = Accounts(self.host, self.store, self.standings)
        self.drafts = Drafts(self.ledger)
        self.durable = Durable(settings.home, settings.database, identity=self.ledger.identity())
        self.attempts = Attempts(self.host, self.store, self.quotas.watching, self.standings.failed)
        self.calls = CallTable(self.ledger)
        self.runs = Runs(RunTable(self.ledger), self.calls, self.durable, self.attempts)
        self.flows = Flows(FlowTable(self.ledger), self.runs, self.attempts, self.host)
        batches, rows = BatchTable(self.ledger), RowTable(self.ledger)
        lanes = Lanes(batches, rows, self.calls, self.durable, self.attempts, self.catalogue)
        self.batches = Batches(batches, rows, lanes, self.catalogue)
        trigger = self.host.trigger()
        subscribed = self.home.subscriptions()
        self.proofs = Proofs(subscribed)
        self.subscriptions = Subscriptions(subscribed, self.store, self.host, self.proofs)
        self.receiving = Receiving(self.home, self.store, trigger, self.proofs, self.flows.dispatch)
        catch_ups = CatchUpTable(self.ledger)
        self.catching_up = CatchingUp(self.host, self.store, self.receiving, self.durable, catch_ups)
        self.polls = Polls(self.host, self.store, self.receiving, catch_ups)
        self.day_watch = DayWatch(self.store, self.subscriptions, self.receiving, self.catching_up)

    @property
    def callback_url(self) -> str:
        """The URL to register at Zoho."""
        return self.settings.url + CALLBACK

    def __enter__(self) -> Self:
        try:
            self._open()
        except BaseException:
            self._closing.close()  # nothing that has begun goes on
            raise
        return self

    def _open(self) -> None:
        self._closing.callback(self.durable.close)
        self.durable.hold()  # before anything that another workbench in the folder would stumble over
        if self.sandbox is not None:
            self._closing.enter_context(self.sandbox)
            self.sandbox_client = self.sandbox.register_client([self.callback_url])
            for name in self.sandbox:
                self.sandbox[name].seed_demo()
            self.sandbox.start_sending()
        self._closing.callback(self.setups.close)
        self.batches.reclaim()
        self.durable.launch()
        self.budget.inherit()  # the folder is ours alone now
        self.runs.resume()
        self.batches.resume()
        self._closing.callback(self.receiving.stop)
        self.receiving.start()
        self.catching_up.resume()
        self._closing.callback(self.polls.close)
        self.polls.resume()
        self._closing.callback(self.day_watch.stop)
        self.day_watch.start()

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def _centres(self) -> list[DataCentre]:
        centres = self.sandbox.data_centres.items() if self.sandbox else ()
        return [
            DataCentre(f"sandbox-{code}", f"Sandbox {code.upper()}", centre.accounts_url, centre.api_domain)
            for code, centre in centres
        ]
