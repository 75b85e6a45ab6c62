# Paths are relative throughout: make parts names at blanks, and the folder above may have some.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help run test lint format docs chromium clean

help: ## Show this list
	@grep -E '^[a-z]+:.*##' Makefile | awk -F ':.*## ' '{ printf "make %-9s %s\n", $$1, $$2 }'

run: .venv/installed ## Install, bring in the seed articles if the archive is empty, serve on port 8000 (PORT=...)
	@$(BIN)/newsdesk ingest --if-empty seeds/
	@$(BIN)/newsdesk serve --port $(PORT)

test: lint chromium ## Install what tests need, check style and types, run every test
	$(BIN)/python -m pytest

lint: .venv/tested ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/tested ## Put style right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: .venv/tested ## Write the reference pages of docs/ from the program
	$(BIN)/python -m tests.reference

chromium:
	@sh tests/chromium.sh

clean: ## Remove what was installed here; the archive stays
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache

.venv/installed: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "newsdesk: Python is not installed. Install Python 3.11 or newer." >&2; exit 3; }
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("newsdesk: Python 3.11 or newer is needed. Name one: make PYTHON=python3.11 ...")'
	@echo "Installing Newsdesk into .venv (once; a minute or two)"
	@$(PYTHON) -m venv .venv
	@$(INSTALL) --editable .
	@touch $@

.venv/tested: .venv/installed
	@echo "Installing what the tests need"
	@$(INSTALL) --editable '.[test]'
	@touch $@
