# make run opens the demonstration; make test tries everything; make check reads the code.
SHELL := /bin/bash
BIN := .venv/bin
PORT ?= 8000
PYTHON ?= python3
export PORT PYTHON

# What a real installation would set, so that Django's deployment checks have something to judge.
PRODUCTION := DEMO=0 DEBUG=0 ALLOWED_HOSTS=ctg.example.org \
	SECRET_KEY=check-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ

.PHONY: help run test check format bench audit lock openapi tools

help:
	@echo "make run     ouvrir la démonstration sur http://127.0.0.1:$(PORT) (PORT= pour changer)"
	@echo "make test    essayer tout : SQLite, PostgreSQL, navigateur"
	@echo "make check   relire le code : style, imports, gabarits, migrations, déploiement, types"
	@echo "make format  remettre le code en forme"
	@echo "make bench   mesurer les pages et les PDF"
	@echo "make audit   confronter les dépendances aux failles connues"
	@echo "make lock    verrouiller à nouveau les dépendances"
	@echo "make openapi décrire à nouveau l’API dans docs/openapi.yaml"

run:
	@bash .ci/serve

test:
	@bash .ci/test

tools:
	@bash .ci/install check

# Reading the code needs no database: an empty one would look like somebody’s data to make run.
check openapi: export DATABASE_URL := sqlite://:memory:

check: tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	git ls-files -co --exclude-standard 'templates/*.html' | xargs $(BIN)/djade --check --target-version 5.2
	$(BIN)/djlint --lint --quiet templates
	DEMO=1 $(BIN)/python manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	DEMO=1 $(BIN)/mypy
	@! grep -nE '://|^(-i|-f|--(extra-)?index|--find-links|--trusted-host)' requirements*.txt

format: tools
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	git ls-files -co --exclude-standard 'templates/*.html' | xargs $(BIN)/djade --target-version 5.2

bench: tools
	@DEMO=1 $(BIN)/python manage.py bench

audit: tools
	@bash .ci/audit

# Extras are locked by name: else pip weighs the newest release for them and refuses the lock.
lock: tools
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-strip-extras --python-version 3.11 \
		--no-annotate --no-header pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-strip-extras --python-version 3.11 \
		--no-annotate --no-header -c requirements.txt pyproject.toml --group dev -o requirements-dev.txt

openapi: tools
	DEMO=1 $(BIN)/python manage.py spectacular --fail-on-warn --validate --file docs/openapi.yaml
