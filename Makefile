# run · check · quick · test · soak · bench · lock, each making the virtual environment where there
# is none; docs/testing.md says what each of the tests' commands does

VENV := .venv
PYTHON ?= python3
READY := $(VENV)/.ready

# pytest keeps the tests that it has rewritten, and a process the modules that have changed
unexport PYTHONDONTWRITEBYTECODE

PYTEST := $(VENV)/bin/pytest -q -n auto --no-loadscope-reorder
# what `make test` does at a size that fits an inner loop
LONG := tests/faults tests/exchange tests/journeys/test_looks.py tests/journeys/test_paying.py \
  tests/journeys/test_people.py tests/journeys/test_sessions.py \
  tests/services/billing/test_receipt_run.py tests/services/billing/test_balances.py \
  tests/services/demonstration/test_setup.py tests/services/insight
# rules, formats, documents, and the services nearest to money: no browser, no process but the database
QUICK := tests/acquiring tests/documents tests/domain tests/exchange tests/mail tests/ui \
  tests/services/billing tests/services/meters tests/test_clock.py tests/test_config.py tests/test_logs.py

.PHONY: run quick test soak check bench lock pictures

run: $(READY)
	KABINET_DEMO=1 $(VENV)/bin/kabinet web

quick: $(READY)
	$(PYTEST) -m "not slow and not journey" $(QUICK)

test: $(READY)
	@.ci/browser
	KABINET_COVERAGE=1 $(PYTEST) --ignore=tests/architecture

soak: $(READY)
	@.ci/browser
	KABINET_SOAK=1 $(PYTEST) $(LONG)

check: $(READY)
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/vulture
	$(VENV)/bin/deptry .
	$(VENV)/bin/pytest -q -p no:cacheprovider tests/architecture

bench: $(READY)
	-@[ -x .venv-bench/bin/python ] || { $(VENV)/bin/uv venv --quiet .venv-bench && \
	  $(VENV)/bin/uv pip sync --quiet --python .venv-bench/bin/python --require-hashes bench.lock; }
	$(VENV)/bin/python -m tests.bench $(if $(ONLY),--only $(ONLY))

pictures: $(READY)
	@.ci/browser
	$(VENV)/bin/python -m tests.pictures

lock: $(READY)
	$(VENV)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --group dev pyproject.toml -o requirements.lock
	$(VENV)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header tests/bench/rivals.in -o bench.lock

$(READY): requirements.lock pyproject.toml .ci/environment
	PYTHON="$(PYTHON)" VENV="$(VENV)" .ci/environment
	touch $@
