"""Let `python -m zoho_books_connector.sandbox` run the sandbox as a server."""

import sys

from .server_command import serve

if __name__ == "__main__":
    sys.exit(serve())
