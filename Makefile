# Deckpress: `make` installs and builds, `make test` installs and tests. `make help` lists the rest.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
# Another Python than the newest one found: make PYTHON=/path/to/python3
PYTHON ?=

.DEFAULT_GOAL := build
.PHONY: build test check lint clean pictures gallery docs bench bench-history bench-kills revision lock help system

build: $(VENV)/.installed  ## Install what is needed and build everything in source/ into build/.
	@$(BIN)/deckpress build $(ARGS)

test: $(VENV)/.tested system lint  ## Install what is needed, then run ruff, mypy and pytest (ARGS="-k name" chooses).
	$(BIN)/pytest $(ARGS)

lint: $(VENV)/.tested  ## Run ruff and mypy only.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: $(VENV)/.installed  ## List the problems in source/ without building.
	@$(BIN)/deckpress check $(ARGS)

clean:  ## Delete what was built; a ledger is never deleted.
	@find build -mindepth 1 ! -name .gitkeep ! -name '*.ledger.jsonl' -delete

pictures: $(VENV)/.tested  ## Make the README's picture of a card from the built deck (needs Chromium).
	@$(BIN)/deckpress build --quiet
	$(BIN)/python tests/pictures/cards.py build/django-interview.apkg docs/images/card.png

gallery: $(VENV)/.tested  ## Make the pictures of docs/gallery.md and the README: pages of all four print products.
	@PYTHONPATH=. $(BIN)/python tests/pictures/gallery.py

docs: $(VENV)/.tested  ## Write the pages of docs/ that follow from the code: commands and settings.
	@PYTHONPATH=. $(BIN)/python tests/documents.py

bench: $(VENV)/.tested  ## Measure whole-process times on content made for it.
	PYTHONPATH=. $(BIN)/python tests/bench.py $(ARGS)

bench-history: $(VENV)/.tested  ## Edit, build, import into a real Anki and review, 10,000 times, and see what is lost (ARGS="--edits 500").
	PYTHONPATH=. $(BIN)/python -m tests.history $(ARGS)

bench-kills: $(VENV)/.tested  ## Kill 500 builds at random moments, two at a time, and see what is left of them.
	PYTHONPATH=. $(BIN)/python -m tests.kills $(ARGS)

revision: $(VENV)/.tested  ## Record that the card templates changed, so that Anki takes them at the next import.
	$(BIN)/python tests/revision.py

lock: $(VENV)/.tested  ## Write the lock files anew from pyproject.toml.
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --no-annotate --upgrade --python-version 3.11 \
		--group build pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --no-annotate --upgrade --python-version 3.11 \
		--group build --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

help:  ## List the targets.
	@awk -F ':.*  ## ' '/^[a-z-]+:.*  ## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

# As root on Debian or Ubuntu (a container, CI) this installs the tests' programs; elsewhere the tests name what is missing.
system:
	@sh .ci/packages

$(VENV)/bin/python:
	@for python in "$(PYTHON)" python3.14 python3.13 python3.12 python3.11 python3; do \
		[ -n "$$python" ] && "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		"$$python" -m venv $(VENV) && exit 0; \
		rm -rf $(VENV); echo "deckpress: $$python lacks the module venv (Debian: apt install python3-venv)" >&2; exit 2; \
	done; echo "deckpress: Python 3.11 or newer is needed, and none was found" >&2; exit 2

$(VENV)/.installed: $(VENV)/bin/python requirements.lock pyproject.toml
	@echo "installing into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/.tested: $(VENV)/.installed requirements-dev.lock
	@echo "installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
