# make run: the demo organisation on http://127.0.0.1:8000 (PORT and DATABASE_URL are honoured).
# make test: everything, in both databases and in a real browser.

.PHONY: run test bench lint translations lock licences wheel clean
.DEFAULT_GOAL := run

python := .venv/bin/python

run:
	@.ci/environment run
	@.venv/bin/closeloop run --demo

test:
	@.ci/environment test
	@$(python) -m pytest -m "not bench" --numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder $(PYTEST)

bench:
	@.ci/environment test
	@$(python) -m tests.bench $(BENCH)

lint:
	@.ci/environment test
	@$(python) -m ruff check
	@.venv/bin/lint-imports --config setup.cfg

# After a change of texts in templates or code: collects them, keeps the translations there are, compiles.
translations:
	@.ci/environment run
	@$(python) -m webui.messages update

# The newest versions that setup.cfg allows, tried together in an environment of their own.
lock:
	@.ci/lock

# Whose work is in Closeloop, in words; after `make lock`.
licences:
	@.ci/environment run
	@$(python) -m webui.licences

wheel:
	@.ci/environment run
	@rm -rf build/lib build/bdist*
	@$(python) -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

clean:
	@rm -rf build dist *.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache
