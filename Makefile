PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCKS := requirements/pip.txt requirements/development.txt
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## Make .venv with everything that development needs.

$(STAMP): $(LOCKS) $(wildcard emulator/pyproject.toml)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
		echo "Development needs Python 3.10 or newer, and $(PYTHON) is" \
			"$$($(PYTHON) --version 2>&1). Try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/pip.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/development.txt
	if test -f emulator/pyproject.toml; then \
		$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e emulator; fi
	@touch $@
