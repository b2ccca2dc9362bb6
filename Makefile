PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
MODELS := .venv-models/.installed
DRAWING := .venv-report/.installed
BROWSING := .venv-report/.browsing
ENGINES := .venv-models/.engines
EXAMPLES := .venv-examples/.installed
METRICS := .venv-models/.metrics
CONFIGURATION ?=
ROWS ?=
AGAINST ?=
HISTORIES ?= 40
# RATE_LIMIT=0: an emulated account answers as fast as it can.
LIMIT = $(if $(RATE_LIMIT),--rate-limit $(RATE_LIMIT))
# Without WAREHOUSE, the programs take the one of `make sync`, or else the one of `make demo`.
NAMED = $(if $(WAREHOUSE),--warehouse "$(WAREHOUSE)")
# One worker per core, each with its own emulator; idle workers take tests from others.
PARALLEL := -n logical --dist worksteal
# Tests that need neither dbt nor a browser, and are short.
SHORT := not deep and not models and not report
# Tests of the connector; the others are for the emulator, tools and documents.
CONNECTOR := $(addprefix tests/,settings api tables state extract sync ground promises)

# These import the connector.
configuration plan sync demo check docs bench: \
	export PYTHONPATH := connector$(if $(PYTHONPATH),:$(PYTHONPATH))

.DEFAULT_GOAL := help
.PHONY: help setup demo emulator configuration plan sync query models report test test-emulator \
	test-tools test-all test-deep test-models test-examples test-report test-versions check \
	format docs bench release clean

##@ Try it, without an account

demo: $(INSTALLED) ## Sync an emulated account into DuckDB (REPORT=1: report)
	@$(BIN)/python -m tools.user.demo $(if $(REPORT),--brief --rate-limit 0,$(LIMIT))
	@$(if $(REPORT),$(MAKE) --no-print-directory report WAREHOUSE=emulated/warehouse.db)

emulator: $(INSTALLED) ## Serve an emulated account until Ctrl-C (PORT=8262)
	@$(BIN)/python -m tools.user.emulator $(LIMIT) $(if $(PORT),--port "$(PORT)")

##@ Your account (CONFIGURATION=path.json)

configuration: $(INSTALLED) ## Enter the settings of a new file (TEST=1: test a file)
	@$(BIN)/python -m tools.user.configure $(if $(TEST),--test) "$(CONFIGURATION)"

plan: $(INSTALLED) ## Estimate rows, requests and minutes of a sync
	@$(BIN)/python -m tools.user.plan "$(CONFIGURATION)"

# With exec the program replaces the shell, so it gets the signals that make gets.
sync: $(INSTALLED) ## Sync into connector/files/warehouse.db (VERBOSE=1)
	@exec $(BIN)/python -m tools.user.sync "$(CONFIGURATION)" $(if $(VERBOSE),--verbose)

##@ The rows of your account, or of the demo (WAREHOUSE=path.db)

# Through the environment, quotes and dollars of the query reach the program.
query: export QUERY = $(value SQL)
query: $(INSTALLED) ## Query the rows: SQL='SHOW TABLES' (FORMAT=csv or json)
	@exec $(BIN)/python -m tools.user.query $(NAMED) $(if $(FORMAT),--format "$(FORMAT)") \
		$(if $(value SQL),--sql "$$QUERY")

models: $(INSTALLED) $(MODELS) ## Build dbt models (SPACE=, ENVIRONMENT=, LOCALE=, VARS=)
	@exec $(BIN)/python -m tools.user.models $(NAMED) \
		$(if $(SPACE),--space "$(SPACE)") $(if $(ENVIRONMENT),--environment "$(ENVIRONMENT)") \
		$(if $(LOCALE),--locale "$(LOCALE)") $(if $(VARS),--vars '$(VARS)')

report: $(INSTALLED) $(MODELS) $(DRAWING) ## Draw the report: content, administration (SPECS=, VARS=)
	@exec $(BIN)/python -m tools.user.report $(NAMED) \
		$(if $(SPECS),--specs "$(SPECS)") $(if $(VARS),--vars '$(VARS)')

##@ Develop

help: ## List the targets
	@awk -F ':.*## ' '/^##@ / { printf "%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-13s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(INSTALLED) ## Install .venv, which the other targets need

test: $(INSTALLED) ## Test the connector on every core (HISTORIES=500)
	HISTORIES=$(HISTORIES) $(BIN)/pytest -m "$(SHORT)" $(PARALLEL) $(CONNECTOR)

test-emulator: $(INSTALLED) ## Test the emulator of the API
	$(BIN)/pytest -m "$(SHORT)" $(PARALLEL) tests/emulator

test-tools: $(INSTALLED) ## Test the tools, the documents and the repository
	$(BIN)/pytest -m "$(SHORT)" $(PARALLEL) tests/project tests/models tests/report

test-all: $(INSTALLED) ## Run all targets of .ci/run (ALL=1: skip nothing)
	@$(BIN)/python -m tools.dev.test_all

test-deep: $(INSTALLED) $(MODELS) ## Run the deep tests in parts, or one of 20 (PART=3)
	$(BIN)/python -m tools.dev.test_deep $(PART)

# Tests of engines that cannot be installed are skipped, and say so.
test-models: $(INSTALLED) $(MODELS) ## Test the dbt package on every engine (ALL=1: skip none)
	@$(MAKE) --no-print-directory $(ENGINES) || echo "Spark or other adapters of dbt are missing."
	CONTENTFUL_ALL_ENGINES=$(ALL) $(BIN)/pytest -m "models and not deep" -n 2 tests/models

test-examples: $(INSTALLED) $(EXAMPLES) $(METRICS) ## Check the examples, workflows and hooks
	@.venv-examples/bin/python -m tools.dev.test_examples

test-report: $(INSTALLED) $(MODELS) $(BROWSING) ## Test the report in a browser, with pictures
	CONTENTFUL_ALL_ENGINES=$(ALL) $(BIN)/pytest -m report tests/report

check: $(INSTALLED) ## Check format, lint, types, documents, vulnerabilities
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-logo --no-cache
	$(BIN)/mypy --exclude 'tests/(models|report)' connector emulator tools benchmarks report tests
	$(BIN)/mypy dbt_contentful/write_models.py tests/models
	$(BIN)/mypy tests/report
	$(BIN)/python -m tools.dev.words
	$(BIN)/python -m tools.docs --check
	$(BIN)/python -m tools.dev.audit

format: $(INSTALLED) ## Format the code and sort its imports
	$(BIN)/ruff check --select I --fix .
	$(BIN)/ruff format .

docs: $(INSTALLED) ## Generate parts of the documents again
	$(BIN)/python -m tools.docs

test-versions: $(INSTALLED) ## Test under Python 3.9 to 3.14 (VERSIONS=ends: two)
	$(BIN)/python -m tools.dev.test_versions $(VERSIONS)

bench: $(INSTALLED) ## Measure speed (QUICK=1: small; AGAINST=revision)
	@$(BIN)/python -m benchmarks --date "$$(date -u +%F)" \
		--rows "$(ROWS)" --against "$(AGAINST)" $(if $(QUICK),--quick) $(if $(FULL),--full) \
		$(if $(RUNS),--runs $(RUNS))

release: $(INSTALLED) ## Make a release (VERSION=1.1.0), or only its files
	@$(BIN)/python -m tools.dev.release $(VERSION)

# connector/files stays: it may be the warehouse of a real account.
clean: ## Remove all that make has created, except connector/files
	rm -rf .venv .venv-examples .venv-models .venv-release .venv-report .venvs
	rm -rf .deep .hypothesis .release .import_linter_cache .mypy_cache .pytest_cache .report-seen .ruff_cache
	rm -rf benchmarks/.peers benchmarks/.against emulated
	find benchmarks connector emulator report tests tools -name __pycache__ -prune -exec rm -rf {} +
	rm -rf emulator/*.egg-info

.venv/.locked: requirements/pip.txt requirements/development.txt
	@$(PYTHON) -m tools.user.install development
	@touch $@

$(INSTALLED): .venv/.locked emulator/pyproject.toml
	@$(PYTHON) -m tools.user.install emulator
	@touch $@

.venv-%/.installed: requirements/pip.txt requirements/%.txt
	@$(PYTHON) -m tools.user.install $*
	@touch $@

$(BROWSING): $(DRAWING) requirements/browser.txt
	@$(PYTHON) -m tools.user.install browser
	@touch $@

$(METRICS): $(MODELS) requirements/metrics.txt
	@$(PYTHON) -m tools.user.install metrics
	@touch $@

$(ENGINES): $(MODELS) requirements/spark.txt requirements/dialects.txt
	@$(PYTHON) -m tools.user.install dialects spark
	@touch $@
