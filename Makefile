# peerhub in commands. `make` alone lists them. Each one sets up what it needs; nothing has to be installed by hand first.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check fix bench shots shell lock messages clean

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
ARGS ?=
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
INSTALL := $(PY) -m pip install --quiet --require-hashes --no-deps

# What `manage.py check --deploy` is asked about: the settings of a real installation, with a key made for this moment.
PRODUCTION := ALLOWED_HOSTS=peerhub.example.org PUBLIC_URL=https://peerhub.example.org HTTPS=1 \
	SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	NOTES_KEYS="check:$$($(PY) -c 'import base64, os; print(base64.b64encode(os.urandom(32)).decode())')" \
	DATABASE_URL=postgres://peerhub_web:a@localhost/peerhub DATABASE_OWNER_URL=postgres://peerhub_owner:b@localhost/peerhub \
	REDIS_URL=redis://localhost:6379/0

help:
	@echo "peerhub: make …"
	@echo "  run       set everything up and serve it, with a demo, until Ctrl-C   (PORT=8000, DATA=var, DEMO=0)"
	@echo "  test      run all tests with servers of their own                     (ARGS='-k visits')"
	@echo "  check     lint, types, arrows between apps, migrations, templates, deployment settings"
	@echo "  fix       format, and mend what can be mended by itself"
	@echo "  bench     run every benchmark and print the ratios"
	@echo "  shots     take pictures of the pages"
	@echo "  shell     Django's shell"
	@echo "  lock      renew requirements*.txt from pyproject.toml"
	@echo "  messages  gather the words to translate, compile the translations"
	@echo "  clean     take away .venv and what tools left; your data in var/ stay"

# -- What every target needs ---------------------------------------------------------------------------------------

$(VENV)/.made:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON); install it: sudo apt-get install python3 python3-venv" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "peerhub needs Python 3.11 or newer, $(PYTHON) is $$($(PYTHON) -V 2>&1); name another one: make PYTHON=python3.12 …" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python's venv is missing; install it: sudo apt-get install python3-venv" >&2; exit 2; }
	@echo "Making $(VENV) …"
	@rm -rf $(VENV) && $(PYTHON) -m venv $(VENV) && touch $@

$(VENV)/.runtime: requirements.txt | $(VENV)/.made
	@echo "Installing what peerhub needs …"
	@$(INSTALL) -r requirements.txt && touch $@

$(VENV)/.dev: requirements-dev.txt | $(VENV)/.made
	@echo "Installing what tests and checks need …"
	@$(INSTALL) -r requirements-dev.txt && touch $@ $(VENV)/.runtime

# -- The commands --------------------------------------------------------------------------------------------------

run: $(VENV)/.runtime
	@exec $(PY) -m peerhub.embedded run

test: $(VENV)/.dev
	@$(PY) -m peerhub.embedded system --tests --install
	@$(PY) -m peerhub.embedded translations
	@exec $(PY) -m peerhub.embedded exec --temporary -- $(PY) -m pytest -n 2 --dist loadgroup $(ARGS)

check: $(VENV)/.dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m peerhub.embedded translations
	$(PY) -m mypy .
	$(VENV)/bin/lint-imports --no-cache
	PYTHONWARNINGS=ignore::RuntimeWarning $(PY) manage.py makemigrations --check --dry-run
	git ls-files -z --cached --others --exclude-standard 'templates/*.html' | xargs -0 -r $(VENV)/bin/djade --target-version 5.2 --check
	$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING
	$(PY) -m bandit --quiet --recursive --severity-level medium --configfile pyproject.toml .

fix: $(VENV)/.dev
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	git ls-files -z --cached --others --exclude-standard 'templates/*.html' | xargs -0 -r $(VENV)/bin/djade --target-version 5.2

bench: $(VENV)/.dev
	@exec $(PY) -m peerhub.embedded exec --temporary --durable -- $(PY) -m benchmarks $(ARGS)

shots: $(VENV)/.dev
	@$(PY) -m peerhub.embedded system --tests --install
	@$(PY) -m peerhub.embedded translations
	@exec $(PY) -m peerhub.embedded exec --temporary -- $(PY) -m tests.shots $(ARGS)

shell: $(VENV)/.runtime
	@exec $(PY) -m peerhub.embedded exec -- sh -c '$(PY) manage.py migrate --noinput --verbosity 0 && exec $(PY) manage.py shell'

UV := $(VENV)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet
lock: $(VENV)/.made
	@$(PY) -m pip install --quiet uv
	$(UV) $(ARGS) pyproject.toml --output-file requirements.txt
	$(UV) $(ARGS) pyproject.toml --group dev --constraint requirements.txt --output-file requirements-dev.txt
	@! grep -E '^psycopg(\[|==)|://' requirements.txt requirements-dev.txt || { echo "The lock holds an address or psycopg 3." >&2; exit 2; }

messages: $(VENV)/.dev
	@command -v xgettext >/dev/null || { echo "Gathering words needs gettext; install it: sudo apt-get install gettext" >&2; exit 2; }
	$(PY) manage.py makemessages --all --no-location --ignore='$(VENV)/*' --ignore='var/*'
	$(PY) -m peerhub.embedded translations

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache htmlcov .coverage
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +
	find locale -name '*.mo' -delete
