"""Writes the generated files, for people who change the connector: schemas, samples, texts, tables, pages.

``python -m zoho_books_connector.authoring`` writes them, ``--check`` only says which are out of date. A producer of
more files is added to ``files.PRODUCERS``.
"""
