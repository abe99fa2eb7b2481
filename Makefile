# Sets itself up: Python 3.11+ and make are all that a fresh machine needs.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.PHONY: help demo run test lint types generated write-generated docs screenshots bench deliveries faults rows soak clean
help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev --editable ".[workbench]"
	@touch $@

demo: $(STAMP)  ## run the whole job against the sandbox, nothing to sign up for
	@$(BIN)/zoho-books demo

run: $(STAMP)  ## open the forms in a browser, with a sandbox beside them; OPTIONS="--port 9000"
	@$(BIN)/zoho-books workbench $(OPTIONS)

test: $(STAMP) lint types generated  ## run every check
	$(BIN)/python -m pytest -q -n auto

lint: $(STAMP)  ## ruff, formatting included
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)  ## mypy, strict
	$(BIN)/mypy

generated: $(STAMP)  ## generated files agree with the models and the manifest
	$(BIN)/python -m zoho_books_connector.authoring --check

write-generated: $(STAMP)  ## write the generated files anew
	$(BIN)/python -m zoho_books_connector.authoring

docs: $(STAMP)  ## build the pages into build/site
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet --builder html --conf-dir docs . build/site
	@echo "The site is in build/site/index.html"

screenshots: $(STAMP)  ## take the pictures of docs/images anew, in Chromium
	$(BIN)/python -m pytest -q tests/workbench/test_story.py -k mouse --screenshots

bench: $(STAMP)  ## measure side by side and write the table of docs/performance.md
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group bench
	$(BIN)/python -m benchmarks --write

deliveries: $(STAMP)  ## send thousands of deliveries to hosts that are killed, and count what was handed on
	$(BIN)/python -m trials deliveries

faults: $(STAMP)  ## spoil every request of every create, and count the books afterwards
	$(BIN)/python -m trials faults

rows: $(STAMP)  ## run files of rows at the limits, kill the workbench at random, and count the books afterwards
	$(BIN)/python -m trials rows

soak: $(STAMP)  ## let several processes share one rate budget for minutes of a scaled clock
	$(BIN)/python -m trials soak

clean:  ## remove what was built or installed here
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache
