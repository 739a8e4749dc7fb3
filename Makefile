# The commands of the project. Nothing has to be installed beforehand but Python 3.11 or newer.
PYTHON ?= python3
VENV_PYTHON := .venv/bin/python
# Two processes; tests of one xdist_group stay together in one of them. In their order: tests that empty the
# database come last.
PYTEST ?= $(VENV_PYTHON) -m pytest -n 2 --dist loadgroup --no-loadscope-reorder

.PHONY: help setup run test bench lock
.PHONY: check style types layers templates migrations packages

help:
	@echo "make run     start the portal on http://127.0.0.1:8000 (PORT=… moves it)"
	@echo "make test    run the tests (DATABASE_URL and REDIS_URL choose real servers)"
	@echo "make check   style, types, layers, templates, migrations, packages"
	@echo "make bench   measure the workbook pipeline, the grid and the dashboards"
	@echo "make setup   only install what the above need"
	@echo "make lock    renew requirements*.txt from requirements*.in"

setup:
	@$(PYTHON) -m tools.bootstrap
	@$(VENV_PYTHON) -m tools.vendor
	@$(VENV_PYTHON) -m tools.translations

run: setup
	@exec $(VENV_PYTHON) -m tools.serve

test: setup
	$(PYTEST) $(ARGS)

check: style types layers templates migrations packages

style: setup
	$(VENV_PYTHON) -m ruff check .
	$(VENV_PYTHON) -m ruff format --check .

types: setup
	$(VENV_PYTHON) -m mypy

layers: setup
	$(VENV_PYTHON) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

templates: setup
	$(VENV_PYTHON) -m djlint --lint --quiet .

migrations: setup
	$(VENV_PYTHON) manage.py makemigrations --check --dry-run

packages: setup
	$(VENV_PYTHON) -m pip check

bench: setup
	$(VENV_PYTHON) manage.py bench $(ARGS)

# The locks name no index, so that any mirror serves them; the hashes bind. Start from empty: old pins would stay.
LOCK := $(VENV_PYTHON) -m uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links \
	--universal --python-version 3.11 --only-binary :all:
lock: setup
	$(VENV_PYTHON) -m pip install --quiet uv
	rm -f requirements.txt requirements-dev.txt
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(LOCK) requirements.in -o requirements.txt
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(LOCK) requirements-dev.in -o requirements-dev.txt
