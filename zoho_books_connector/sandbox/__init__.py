"""A local stand-in for Zoho: accounts server, Books API v3 and webhook sender on loopback ports."""

from .automation import LogEntry, Parcel
from .carrier import Carrier
from .clients import Client
from .data_centre import DataCentre
from .faults import Fault
from .messages import RequestRecord
from .outbox import RetryPolicy
from .sandbox import Sandbox
from .switches import Limits, Switches
from .webhooks import Delivery

__all__ = [
    "Carrier",
    "Client",
    "DataCentre",
    "Delivery",
    "Fault",
    "Limits",
    "LogEntry",
    "Parcel",
    "RequestRecord",
    "RetryPolicy",
    "Sandbox",
    "Switches",
]
