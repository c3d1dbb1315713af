# run · test · check · bench · lock, each making the virtual environment where there is none

VENV := .venv
PYTHON ?= python3
READY := $(VENV)/.ready

.PHONY: run test soak check bench lock pictures

run: $(READY)
	KABINET_DEMO=1 $(VENV)/bin/kabinet web

test: $(READY)
	@.ci/browser
	$(VENV)/bin/python -m tests.run

soak: $(READY)
	KABINET_SOAK=1 $(VENV)/bin/python -m pytest -n 2 tests/faults tests/exchange tests/journeys/test_looks.py \
	  tests/journeys/test_sessions.py tests/services/billing/test_receipt_run.py \
	  tests/services/billing/test_balances.py

check: $(READY)
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
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
