PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
MODELS := .venv-models/.installed
DRAWING := .venv-report/.installed
BROWSING := .venv-report/.browsing
ENGINES := .venv-models/.engines
EXAMPLES := .venv-examples/.installed
CONFIGURATION ?=
ROWS ?=
# What models and a report are made of: what is named, of `make sync`, or of `make demo KEEP=1`.
SYNCED = $(or $(WAREHOUSE),$(wildcard connector/files/warehouse.db),emulated/warehouse.db)
AGAINST ?=
HISTORIES ?= 40
# RATE_LIMIT=0 lets an emulated account answer as fast as it can.
LIMIT = $(if $(RATE_LIMIT),--rate-limit $(RATE_LIMIT))
# A worker for each core, each with an emulator of its own; who is done takes over from others.
PARALLEL := -n logical --dist worksteal
# Tests that need neither dbt nor a browser, and do not take long.
SHORT := not deep and not models and not report
# Tests of the connector; all others prove the emulator, tools and documents.
CONNECTOR := $(addprefix tests/,settings api tables state extract sync ground promises)

# These import the connector.
configuration plan sync check docs: export PYTHONPATH := connector$(if $(PYTHONPATH),:$(PYTHONPATH))

.DEFAULT_GOAL := help
.PHONY: help setup demo emulator configuration plan sync models report test test-emulator test-tools \
	test-all test-deep test-models test-examples test-report test-versions check format docs \
	bench clean

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(INSTALLED) ## Make .venv with everything that development needs.

demo: $(INSTALLED) ## Show two syncs of an emulated account, with twelve edits between (KEEP=1, REPORT=1).
	@$(BIN)/python -m tools.user.demo $(if $(KEEP)$(REPORT),--keep) $(if $(REPORT),--rate-limit 0,$(LIMIT))
	@$(if $(REPORT),$(MAKE) --no-print-directory report WAREHOUSE=emulated/warehouse.db)

emulator: $(INSTALLED) ## Serve an emulated account to play with, until Ctrl-C (PORT=8262).
	@$(BIN)/python -m tools.user.emulator $(LIMIT) $(if $(PORT),--port "$(PORT)")

configuration: $(INSTALLED) ## Ask for the settings: make configuration CONFIGURATION=new.json (TEST=1: test a file)
	@$(BIN)/python -m tools.user.configure $(if $(TEST),--test) "$(CONFIGURATION)"

# With exec the program takes the place of the shell, so that a signal to make reaches it.
sync: $(INSTALLED) ## Sync a real account: make sync CONFIGURATION=path.json (VERBOSE=1: say all)
	@exec $(BIN)/python -m tools.user.sync "$(CONFIGURATION)" $(if $(VERBOSE),--verbose)

plan: $(INSTALLED) ## Say what a sync would read and cost: make plan CONFIGURATION=path.json
	@$(BIN)/python -m tools.user.plan "$(CONFIGURATION)"

models: $(INSTALLED) $(MODELS) ## Build the dbt package and typed models: make models WAREHOUSE=path.db
	@exec $(BIN)/python -m tools.user.models --warehouse "$(SYNCED)" \
		$(if $(SPACE),--space "$(SPACE)") $(if $(ENVIRONMENT),--environment "$(ENVIRONMENT)") \
		$(if $(LOCALE),--locale "$(LOCALE)") $(if $(VARS),--vars '$(VARS)')

# The marts are made anew first, so that the page is as fresh as the last sync.
report: $(INSTALLED) $(MODELS) $(DRAWING) ## Draw the report, one HTML file: make report WAREHOUSE=path.db SPECS=folder
	@exec $(BIN)/python -m tools.user.models --marts --warehouse "$(SYNCED)" $(if $(VARS),--vars '$(VARS)')
	@exec .venv-report/bin/python -m report "$(SYNCED)" $(if $(SPECS),--specs "$(SPECS)")

test: $(INSTALLED) ## Test the connector, on every core (HISTORIES=500: more random histories).
	HISTORIES=$(HISTORIES) $(BIN)/pytest -m "$(SHORT)" $(PARALLEL) $(CONNECTOR)

test-emulator: $(INSTALLED) ## Test the emulator of the API.
	$(BIN)/pytest -m "$(SHORT)" $(PARALLEL) tests/emulator

test-tools: $(INSTALLED) ## Test the tools, the documents and the repository.
	$(BIN)/pytest -m "$(SHORT)" $(PARALLEL) tests/project tests/models tests/report

test-all: $(INSTALLED) ## Run all that .ci/run does, with the seconds of each target (ALL=1: skip nothing).
	@$(BIN)/python -m tools.dev.test_all

test-deep: $(INSTALLED) ## Run the deep tests in parts that can be gone on with (PART=3: one of 20).
	$(BIN)/python -m tools.dev.test_deep $(PART)

# What cannot be installed is skipped by the tests, which say so.
test-models: $(INSTALLED) $(MODELS) ## Test the dbt package on every engine here (ALL=1: a missing one fails).
	@$(MAKE) --no-print-directory $(ENGINES) || echo "Spark or other adapters of dbt are missing."
	CONTENTFUL_ALL_ENGINES=$(ALL) $(BIN)/pytest -m models -n 2 tests/models

test-examples: $(INSTALLED) $(EXAMPLES) ## Check hooks, workflows, Terraform, Airflow and Dagster by their own tools.
	@.venv-examples/bin/python -m tools.dev.test_examples

test-report: $(INSTALLED) $(MODELS) $(BROWSING) ## Look at the report in a browser; pictures in .report-seen/.
	CONTENTFUL_ALL_ENGINES=$(ALL) $(BIN)/pytest -m report tests/report

check: $(INSTALLED) ## Check format, lint, imports, types, generated documents and known vulnerabilities.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-logo --no-cache
	$(BIN)/mypy --exclude 'tests/(models|report)' connector emulator tools benchmarks report tests
	$(BIN)/mypy dbt_contentful/write_models.py tests/models
	$(BIN)/mypy tests/report
	$(BIN)/python -m tools.docs --check
	$(BIN)/python -m tools.dev.audit

format: $(INSTALLED) ## Format the code and sort its imports.
	$(BIN)/ruff check --select I --fix .
	$(BIN)/ruff format .

docs: $(INSTALLED) ## Make the generated parts of the documents anew.
	$(BIN)/python -m tools.docs

test-versions: $(INSTALLED) ## Test the connector under Python 3.9 to 3.14 (VERSIONS=ends: oldest and newest).
	$(BIN)/python -m tools.dev.test_versions $(VERSIONS)

bench: $(INSTALLED) ## Measure speed next to the alternatives (QUICK=1: small; AGAINST=revision).
	@$(BIN)/python -m benchmarks --date "$$(date -u +%F)" \
		--rows "$(ROWS)" --against "$(AGAINST)" $(if $(QUICK),--quick) $(if $(FULL),--full) \
		$(if $(RUNS),--runs $(RUNS))

# connector/files stays: it may be the warehouse of a real account.
clean: ## Remove what the other targets made, except the warehouse of `make sync`.
	rm -rf .venv .venv-examples .venv-models .venv-release .venv-report .venvs
	rm -rf .deep .hypothesis .import_linter_cache .mypy_cache .pytest_cache .report-seen .ruff_cache
	rm -rf benchmarks/.peers benchmarks/.against emulated
	find benchmarks connector emulator report tests tools -name __pycache__ -prune -exec rm -rf {} +
	rm -rf emulator/*.egg-info

$(INSTALLED): .venv/.locked emulator/pyproject.toml
	PYTHONWARNINGS=ignore \
		$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e emulator
	@touch $@

.venv-%/.installed: requirements/pip.txt requirements/%.txt
	$(PYTHON) -m venv --clear .venv-$*
	.venv-$*/bin/python -m pip install --quiet --require-hashes -r requirements/pip.txt
	.venv-$*/bin/python -m pip install --quiet --require-hashes -r requirements/$*.txt
	@touch $@

$(BROWSING): $(DRAWING) requirements/browser.txt
	.venv-report/bin/python -m pip install --quiet --require-hashes -r requirements/browser.txt
	@touch $@

$(ENGINES): $(MODELS) requirements/spark.txt requirements/dialects.txt
	.venv-models/bin/python -m pip install --quiet --require-hashes -r requirements/dialects.txt
	.venv-models/bin/python -m pip install --quiet --require-hashes -r requirements/spark.txt
	@touch $@

.venv/.locked: requirements/pip.txt requirements/development.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || { \
		echo "Development needs Python 3.10 or newer, which $(PYTHON) is not." \
			"Name another one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/pip.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/development.txt
	@touch $@
