# Liurong (六融). `make run` and `make test` need Python >= 3.11 and nothing else.

PORT     ?= 8000
HOST     ?= 127.0.0.1
DATA_DIR ?= var
VENV     ?= .venv
LIURONG_MODE ?= demo
# DATABASE_URL, when given, is an outside PostgreSQL >= 15; else the embedded one serves.
export PORT HOST DATA_DIR LIURONG_MODE

# The first Python on the path that is new enough; PYTHON=/path/to/python chooses another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

BIN     := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCKED  := $(INSTALL) --require-hashes --no-deps

.DEFAULT_GOAL := help
.PHONY: help run test check clean demo-data migrate lock format check-format check-lint check-laws \
	check-types check-unit

help: ## This page
	@echo 'Liurong: make <target> [PORT=8000] [DATA_DIR=var] [DATABASE_URL=postgresql://…] [PYTHON=python3]'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: $(VENV)/run.stamp ## Start the whole platform on this machine, with demo data; Ctrl-C stops it
	@exec $(BIN)/python -m liurong run --with-parent

test: $(VENV)/dev.stamp ## All tests
	$(BIN)/python -m pytest tests -n auto --maxprocesses 4 --dist loadfile

check: $(VENV)/dev.stamp ## Format, lint, import laws, strict types, unit tests (under 30 s)
	@$(MAKE) --no-print-directory --output-sync=target --keep-going -j4 \
		check-types check-unit check-laws check-lint check-format

demo-data: $(VENV)/run.stamp ## Load the small synthetic 历下 (again: changes nothing)
	@$(BIN)/python -m liurong demo-data

migrate: $(VENV)/run.stamp ## Make the four databases where missing and bring them up to date
	@$(BIN)/python -m liurong migrate

format: $(VENV)/dev.stamp ## Put the code into its format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)/dev.stamp ## Choose the newest versions of all dependencies and lock them with hashes
	$(BIN)/uv lock --upgrade
	$(BIN)/uv export --quiet --no-emit-project --no-annotate --no-header \
		--format requirements-txt --no-dev -o requirements/run.txt
	$(BIN)/uv export --quiet --no-emit-project --no-annotate --no-header \
		--format requirements-txt --only-group dev -o requirements/dev.txt
	$(BIN)/uv export --quiet --no-emit-project --no-annotate --no-header \
		--format requirements-txt --only-group bench -o requirements/bench.txt

bench-start: $(VENV)/dev.stamp ## How long a start takes, on fresh data and later: STARTS=5
	@PYTHONPATH=. $(BIN)/python -m tests.bench.start

bench-packs: $(VENV)/dev.stamp ## How long until a changed policy pack is live on two processes: CHANGES=20
	@PYTHONPATH=. $(BIN)/python -m tests.bench.packs

bench-import: $(VENV)/dev.stamp ## One import beside plain COPY: ROWS=100000 XLSX=1 ONLY=real TEXTS=folder of real texts
	@PYTHONPATH=. $(BIN)/python -m tests.bench.imports

bench-search: $(VENV)/dev.stamp ## Ranking and latency of search: ROWS=100000 QUERIES=2000 TEXTS=folder of real texts
	@PYTHONPATH=. $(BIN)/python -m tests.bench.search

bench-matching: $(VENV)/dev.stamp ## Demands beside plain BM25: ROWS=100000 QUESTIONS=1000 TEXTS=folder of real texts
	@PYTHONPATH=. $(BIN)/python -m tests.bench.matching

bench-doubles: $(VENV)/dev.stamp ## Doubles told among real titles, beside bare SQL: ROWS=10000 TEXTS=folder of real texts
	@PYTHONPATH=. $(BIN)/python -m tests.bench.doubles

bench-credit: $(VENV)/dev.stamp ## A look through the gateway: ENTERPRISES=100000 FACTS_EACH=50 CONNECTIONS=16 SECONDS=10 ROUNDS=3
	@PYTHONPATH=. $(BIN)/python -m tests.bench.credit

soak-consents: $(VENV)/dev.stamp ## Revocations against reads: RACES=10000
	@PYTHONPATH=. $(BIN)/python -m tests.bench.consent_races

soak-credit: $(VENV)/dev.stamp ## Replays, damaged logs and breaches that are over, at random: ROUNDS=10000
	LIURONG_ROUNDS=$(or $(ROUNDS),10000) $(BIN)/python -m pytest -q tests/unit/credit/test_anchors.py \
		tests/unit/credit/test_replay.py tests/db/credit/test_replay.py tests/db/credit/test_doors.py

bench-subsidies: $(VENV)/dev.stamp ## Calculations beside OpenFisca: OPENFISCA=folder of the peer after its setup.sh
	@PYTHONPATH=. $(BIN)/python -m tests.bench.subsidies

bench-flow: $(VENV)/dev.stamp ## Decisions a second beside a bare transaction: LIURONG_ROUNDS=1500 LIURONG_CALLERS=16
	@PYTHONPATH=. $(BIN)/python -m tests.bench.flow

soak-kills: $(VENV)/dev.stamp ## kill -9 of a busy gateway at random points: POINTS=200 SEED=1
	@PYTHONPATH=. POINTS=$(or $(POINTS),200) SEED=$(or $(SEED),1) $(BIN)/python -m tests.soak.kills

soak-acts: $(VENV)/dev.stamp ## Random acts by random callers through the whole gateway: ACTS=5000 SEED=1
	@PYTHONPATH=. ACTS=$(or $(ACTS),5000) SEED=$(or $(SEED),1) $(BIN)/python -m tests.soak.acts

bench-scorecards: $(VENV)/dev.stamp $(VENV)-bench/stamp ## Cards trained offline, served by our engine: CREDIT_DATA=folder of german/ and polish/
	@test -n "$(CREDIT_DATA)" || { echo 'Say where the data are: make bench-scorecards CREDIT_DATA=…' >&2; exit 1; }
	$(VENV)-bench/bin/python tests/bench/train_scorecards.py "$(CREDIT_DATA)" build/scorecards
	PYTHONPATH=. $(BIN)/python tests/bench/scorecards.py build/scorecards

clean: ## Remove the environment and all caches; the data in DATA_DIR stay
	rm -rf $(VENV) $(VENV)-bench build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- the parts of `make check` ----

check-format:
	$(BIN)/ruff format --check --quiet .

check-lint:
	$(BIN)/ruff check --quiet .

check-laws:
	$(BIN)/lint-imports --no-logo

check-types:
	$(BIN)/mypy

check-unit:
	$(BIN)/python -m pytest tests/unit

# ---- the environment: made once, again when the lock changes ----

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo 'Liurong needs Python 3.11 or newer, and found none.' \
		'Install it, or name it: make PYTHON=/path/to/python3.12' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo \
		"Liurong needs Python 3.11 or newer; $(PYTHON) is `$(PYTHON) -V 2>&1`." \
		'Name another: make PYTHON=/path/to/python3.12' >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) >/dev/null 2>&1 \
		|| { rm -rf $(VENV); $(PYTHON) -m virtualenv --quiet $(VENV) 2>/dev/null; } \
		|| { rm -rf $(VENV); uv venv --quiet --seed --python $(PYTHON) $(VENV) 2>/dev/null; } \
		|| { rm -rf $(VENV); echo "$(PYTHON) cannot make a virtual environment: its module ensurepip is" \
			'missing. On Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@echo 'Installing the locked packages into $(VENV) …'
	@$(LOCKED) -r requirements/run.txt
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

# The library that trains scorecards stays out of the platform's own environment.
$(VENV)-bench/stamp: requirements/bench.txt
	@$(PYTHON) -m venv --clear $(VENV)-bench
	@$(VENV)-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $<
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	@echo 'Installing the locked tools for tests and checks into $(VENV) …'
	@$(LOCKED) -r requirements/dev.txt
	@touch $@
