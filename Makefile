# Needs make and Python 3.11 or newer, nothing else.  `make help` lists what there is.

PYTHON ?= python3
BIN    := .venv/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help install demo dev test check bench bench-identity wheel lock clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|' 2>/dev/null \
	  || grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST)

install: .venv/.run-installed  ## make .venv with the locked packages and the hub command
	@echo "Ready: $(BIN)/hub"

demo: .venv/.run-installed  ## an area with invented families, in the browser
	@$(BIN)/hub demo

dev: .venv/.dev-installed  ## what tests and checks need besides

test: dev  ## all tests; HUB_TEST_ALL=1 makes a missing server a failure
	@$(BIN)/python -m pytest

check: dev  ## layers, style, types, schemas, rules, README, compose file
	@PATH="$(CURDIR)/$(BIN):$$PATH" tools/check

bench: dev  ## how fast, against whom; prints, never fails on a time
	@$(BIN)/python -m tests.bench

bench-identity: dev .venv-bench/.installed  ## how well records are joined, beside Splink; DATA=folder, LARGE=1
	@$(BIN)/python -m tests.bench.identity --splink .venv-bench/bin/python $(if $(DATA),--data $(DATA)) $(if $(LARGE),--large)

wheel: dev  ## dist/tell_once-*.whl
	@$(BIN)/python -m build --wheel --no-isolation

lock:  ## write requirements/*.txt anew (network); UPGRADE=1 takes newer versions
	@tools/lock $(if $(UPGRADE),--upgrade)

clean:  ## remove .venv, builds and caches; never a hub's data
	@rm -rf .venv .venv-bench build dist *.egg-info .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
	@echo "clean"

.venv/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Tell Once needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.run-installed: .venv/.python pyproject.toml requirements/build.txt requirements/run.txt
	@echo "Installing the hub into .venv ($$($(BIN)/python --version), $$(grep -c == requirements/run.txt) locked packages)"
	@$(PIP) install --require-hashes -r requirements/build.txt -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

.venv/.dev-installed: .venv/.run-installed requirements/dev.txt
	@echo "Installing what tests and checks need ($$(grep -c == requirements/dev.txt) locked packages)"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

.venv-bench/.installed: .venv/.python requirements/bench.txt
	@echo "Installing Splink into .venv-bench ($$(grep -c == requirements/bench.txt) locked packages)"
	@$(BIN)/python -m venv .venv-bench
	@.venv-bench/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/bench.txt
	@touch $@
