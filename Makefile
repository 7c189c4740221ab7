# What can be done here, in one word each. `make help` lists it.
# Needs Python 3.11 or newer, git and make; everything else is installed into .venv, or found, or named in one line.

PYTHON ?= python3
BIN := .venv/bin
TESTS ?= tests
.DEFAULT_GOAL := help
.PHONY: help run studio test check dev lint types contracts migrations unit journeys bench soak test-pgbouncer browser postgres pgbouncer lock clean

##@ Use it

run: ## Start the portal with demo data, worker and Stripe stand-in; Ctrl-C stops all of it (PORT=8000)
	@$(PYTHON) requirements/install.py run
	@$(BIN)/python -m e2e.run_demo

studio: ## Open a studio of your own beside the demo, while `make run` runs in another terminal
	@$(BIN)/python -m e2e.new_studio

##@ Check it

test: dev browser postgres lint types contracts migrations ## Everything: lint, types, contracts, migrations, tests on both databases, browser journeys
	$(BIN)/python -m pytest

check: dev lint types contracts ## Quick enough before each commit: lint, types, contracts, rules and SQLite
	HYPOTHESIS_PROFILE=quick $(BIN)/python -m pytest -q -m "not postgresql and not slow" tests \
	  --ignore tests/cli --ignore tests/stand_in --ignore tests/test_start_up.py

lint: dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/djlint --lint --quiet templates e2e/stripe_stand_in/templates bench/templates

types: dev
	$(BIN)/mypy

contracts: dev
	$(BIN)/lint-imports

migrations: dev postgres ## Do the migrations lead to what the models say, on both databases?
	$(BIN)/python -m e2e.check_migrations

soak: dev postgres ## The random customers and staff, for long: SOAK_RUNS=2000
	HYPOTHESIS_PROFILE=soak SOAK_RUNS=$${SOAK_RUNS:-2000} $(BIN)/python -m pytest -q tests/stateful

test-pgbouncer: dev postgres pgbouncer ## The web tests, and several gunicorn workers, on PostgreSQL behind PgBouncer
	PUNCHCARD_TEST_PGBOUNCER=1 $(BIN)/python -m pytest -q -m postgresql tests/web
	$(BIN)/python -m pytest -q -n0 e2e/behind_pgbouncer

bench: dev postgres ## Speed, as ratios to a floor measured in the same run; statements and bytes a page
	$(BIN)/python -m bench

##@ Prepare it

dev:
	@$(PYTHON) requirements/install.py dev

browser: dev ## Find a Chromium for the journeys, or install one
	@$(BIN)/python -m e2e.browser

postgres: dev ## Find PostgreSQL's server programs for the tests, or install them
	@$(BIN)/python -m e2e.postgres

pgbouncer: dev ## Find PgBouncer for its tests, or install it
	@$(BIN)/python -m e2e.pgbouncer

lock: dev ## Pin what requirements/*.in ask for, with hashes and without host names
	for kind in uv run dev; do \
	  $(BIN)/uv pip compile --quiet --no-header --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	    requirements/$$kind.in --output-file requirements/$$kind.txt || exit 1; done

clean: ## Remove what was made here: environment, demo data, caches
	rm -rf .venv var .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

help:
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
