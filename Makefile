# Two commands on a fresh machine: make run, make test. Each first installs what is missing (see .ci/install).
#   PYTHON=…       the Python to make .venv with (default: the newest from 3.11 on)
#   PYTEST_ARGS=…  what else pytest is told

PYTHON ?=
PYTEST_ARGS ?=
export PYTHON

bin := .venv/bin
python := $(bin)/python
pybabel := $(python) -m babel.messages.frontend --quiet

.DEFAULT_GOAL := help
.PHONY: help install run test lint format messages bench clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s%s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

install: ## install what make run and make test need, and nothing else
	@.ci/install run
	@.ci/install test

run: ## start the shop with its example data (HOST, PORT, DATA_DIR)
	@.ci/install run
	@$(bin)/faelleskurven serve

# Three workers on two cores: one of them mostly waits for the browser.
test: ## all checks and all tests
	@.ci/install test
	@status=0; .ci/lint || status=1; $(python) -m pytest -n 3 --dist worksteal $(PYTEST_ARGS) || status=1; exit $$status

lint: ## the checks alone
	@.ci/install test
	@.ci/lint

format: ## put Python and templates in order
	@$(bin)/ruff check --fix
	@$(bin)/ruff format
	@$(python) -m djlint templates --reformat --quiet

messages: ## collect the texts for the translators, and compile what they wrote
	@.ci/install test
	@$(pybabel) extract --mapping-file babel.cfg --keyword lazy_gettext --sort-output --add-location file --no-wrap \
		--project Fælleskurven --output-file shop/translations/messages.pot .
	@$(pybabel) update --locale en --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap \
		--input-file shop/translations/messages.pot --output-dir shop/translations
	@$(python) -c 'from shop.i18n import compile_catalogues; compile_catalogues()'

bench: ## the numbers of docs/performance.md
	@.ci/install test
	@$(python) bench/run.py

clean: ## remove what was installed and computed; the shop's data stays
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find shop/translations -name '*.mo' -delete
