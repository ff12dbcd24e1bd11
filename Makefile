# make run    the whole portal on this machine: http://127.0.0.1:8000 (make run PORT=8100)
# make test   every test
# make check  what must hold before a commit: make lint, then every test with its coverage
# make lock   pin requirements*.in with hashes
# Needs Python 3.11 or newer, make and git.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV := .venv/bin/python
export PYTHONUTF8 := 1
ifdef PORT
export PORT
endif

# More at a time than there are processors: many wait for processes that they started. A few at once, the slow ones
# first (tests/conftest.py): so all come to an end together.
PYTEST := $(VENV) -m pytest --numprocesses $(shell expr $$(getconf _NPROCESSORS_ONLN) + 2) --maxprocesses 6 \
	--dist load --maxschedchunk 4
TEMPLATES = $$(git ls-files 'templates/*.html')
PRODUCTION := SECRET_KEY=q7.vN2c-x9Lr0PzW5m-tB8eYk3uHs6dJfGaQ1iOo4wXnRbTlZp ALLOWED_HOSTS=bulletin.example.cn \
	BEHIND_TLS_PROXY=true DATABASE_URL=postgres://bulletin@127.0.0.1/bulletin

.PHONY: run test check lint format lock install install-dev

run: install
	@exec $(VENV) manage.py run

test: install-dev
	@$(PYTEST) $(ARGS)

check: lint
	@$(PYTEST) --cov --cov-report=term:skip-covered $(ARGS)

# All but the tests; migrations and deployment are asked with what a server states
lint: install-dev
	@$(VENV) -m ruff check .
	@$(VENV) -m ruff format --check .
	@.venv/bin/djade --target-version 5.2 --check $(TEMPLATES)
	@$(VENV) -m djhtml --check --tabwidth 2 $(TEMPLATES)
	@$(VENV) -m django_upgrade --target-version 5.2 --check $$(git ls-files '*.py')
	@$(VENV) -m mypy
	@DEBUG=true $(VENV) manage.py makemigrations --check --dry-run
	@env $(PRODUCTION) $(VENV) manage.py check --deploy --fail-level WARNING

# What lint would have changed
format: install-dev
	@$(VENV) -m ruff check --fix --quiet . ; $(VENV) -m ruff format .
	@$(VENV) -m djhtml --tabwidth 2 $(TEMPLATES); .venv/bin/djade --target-version 5.2 $(TEMPLATES)
	@$(VENV) -m django_upgrade --target-version 5.2 $$(git ls-files '*.py')

install install-dev:
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 或更新的版本：make $@ PYTHON=/路径/python3.12"; exit 1; }
	@"$(PYTHON)" bootstrap.py $(if $(filter install-dev,$@),requirements-dev.txt)

# Names without addresses: each machine has its own registry settings.
LOCK := $(VENV) -m uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links
lock: install-dev
	$(LOCK) requirements.in --output-file requirements.txt
	$(LOCK) requirements-dev.in --constraint requirements.txt --output-file requirements-dev.txt
	$(LOCK) requirements-ocr.in --constraint requirements.txt --output-file requirements-ocr.txt
