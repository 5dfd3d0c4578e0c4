# Every target sets up what it needs. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := survey_app admin tests bench

# The demo's settings: `make demo HOST=0.0.0.0 PORT=8080 DEMO_RESPONSES=1000`
DEMO_RESPONSES ?= 300
HOST ?= 127.0.0.1
PORT ?= 8000
ADMIN_PORT ?= 8001

# Most tests wait for servers and browsers: two at a time fill two cores.
JOBS ?= 2
DEMO := $(BIN)/yourvoice-admin demo --responses $(DEMO_RESPONSES) --host $(HOST)

.DEFAULT_GOAL := help
.PHONY: help demo demo-check test check fix texts bench lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(VENV)/.staff: requirements/build.txt requirements/staff.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt -r requirements/staff.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.staff requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt -r requirements/dev.txt
	@touch $@

TRANSLATIONS := translations
INSTRUMENTS := $(filter-out %.schema.json,$(wildcard instruments/*.json))
CATALOGS := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/*.po))
# --use-fuzzy: pybabel takes a catalog without a header for a fuzzy one and would skip it.
%.mo: %.po | $(VENV)/.staff
	$(BIN)/pybabel --quiet compile --use-fuzzy --input-file $< --output-file $@ --locale $(word 2,$(subst /, ,$<))

demo: $(VENV)/.staff $(CATALOGS) ## simulate young people, then serve both sides until Ctrl-C
	@exec $(DEMO) --port $(PORT) --admin-port $(ADMIN_PORT)

demo-check: $(VENV)/.staff $(CATALOGS) ## the same unattended, on free ports: exits 0 if everything is there
	@exec $(DEMO) --port 0 --admin-port 0 --check

test: $(VENV)/.dev $(CATALOGS) ## run every test, two files at a time (PYTEST='-k name' narrows it, JOBS=0 runs one after the other)
	$(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadfile $(PYTEST)

check: $(VENV)/.dev $(CATALOGS) ## style, types, import rules, instruments, schema, catalogs
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/yourvoice check $(INSTRUMENTS)
	$(BIN)/python -m survey_app.instrument.schema | diff instruments/instrument.schema.json -
	rm -rf build/translations && mkdir -p build && cp -R translations build/translations
	$(MAKE) --no-print-directory texts TRANSLATIONS=build/translations
	diff -r -x '*.mo' translations build/translations

fix: $(VENV)/.dev ## let the linter mend what it can, and sort imports
	$(BIN)/ruff check --fix $(SOURCES)

texts: $(VENV)/.dev ## bring the translators' catalogs up to date with templates and instruments
	mkdir -p build
	$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --omit-header --sort-by-file --no-location \
		--output-file build/messages.pot survey_app
	for instrument in $(INSTRUMENTS); do \
		$(BIN)/python -m survey_app.instrument.catalogs $$instrument $(TRANSLATIONS) || exit 1; done
	for folder in $(TRANSLATIONS)/*/LC_MESSAGES; do \
		test -e $$folder/messages.po || cp build/messages.pot $$folder/messages.po; \
		$(BIN)/pybabel --quiet update --no-fuzzy-matching --omit-header --ignore-obsolete --width 100 \
			--input-file build/messages.pot --output-file $$folder/messages.po \
			--locale $$(basename $$(dirname $$folder)) || exit 1; done

bench: $(VENV)/.dev $(CATALOGS) ## measure the page and the server against a hand-written page (needs Chromium)
	$(BIN)/python -m bench
	$(BIN)/python -m bench.export

# uv resolves for every platform at once; the lock files carry hashes and no index address.
UV ?= uv
LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" $(UV) pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate
lock: ## pin and hash what pyproject.toml asks for (needs uv)
	$(LOCK) --group build --output-file requirements/build.txt
	$(LOCK) pyproject.toml --output-file requirements/public.txt
	$(LOCK) pyproject.toml --extra staff --output-file requirements/staff.txt
	$(LOCK) pyproject.toml --extra staff --extra postgres --group dev --output-file requirements/dev.txt

clean: ## remove everything that the targets made
	rm -rf $(VENV) build out $(CATALOGS) *.egg-info
