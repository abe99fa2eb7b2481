"""A local stand-in for Zoho: accounts server, Books API v3 and webhook sender on loopback ports."""

from .clients import Client
from .data_centre import DataCentre
from .faults import Fault
from .messages import RequestRecord
from .sandbox import Sandbox
from .switches import Limits, Switches
from .webhooks import Delivery

__all__ = ["Client", "DataCentre", "Delivery", "Fault", "Limits", "RequestRecord", "Sandbox", "Switches"]
