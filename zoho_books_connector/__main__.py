"""Let ``python -m zoho_books_connector`` run the command line."""

import sys

from zoho_books_connector.cli import main

if __name__ == "__main__":
    sys.exit(main())
