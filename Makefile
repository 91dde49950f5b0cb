# The two commands a newcomer needs are `make run` and `make test`; each works first on a fresh clone.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Where registers, pages and corpora lie for `make measure` and the register's part of `make bench`.
VIGIFUITE_DATA ?= ../shared/data

.PHONY: install run test check format bench measure soak tour lock clean

install: .venv/installed

run: install
	$(BIN)/vigifuite init
	$(BIN)/vigifuite run

test: .venv/installed-test
	@sh tests/need.sh
	$(BIN)/pytest

check: .venv/installed-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/installed-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/installed-test
	VIGIFUITE_DATA=$(VIGIFUITE_DATA) $(BIN)/python -m benchmarks.bench

measure: .venv/installed-test
	VIGIFUITE_DATA=$(VIGIFUITE_DATA) $(BIN)/python -m benchmarks.measure
	VIGIFUITE_DATA=$(VIGIFUITE_DATA) $(BIN)/python -m benchmarks.evaluation --per-level 400 --peers \
	  --parts quality,corpora,speed,memory,hostile

soak: .venv/installed-test
	@sh tests/need.sh exim4=exim4-daemon-light
	$(BIN)/python -m benchmarks.soak
	$(BIN)/python -m benchmarks.mail_soak
	VIGIFUITE_DATA=$(VIGIFUITE_DATA) $(BIN)/python -m benchmarks.redaction

# The pictures of the README, taken of a desk that shows the invented example.
tour: .venv/installed-test
	@sh tests/need.sh
	$(BIN)/python -m benchmarks.tour

# New locks: hashes for every platform, no index address; releases younger than a week are left alone.
lock: .venv/installed
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --exclude-newer "$$(date -u -d '7 days ago' +%Y-%m-%d)" --group build -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --exclude-newer "$$(date -u -d '7 days ago' +%Y-%m-%d)" --group build --extra test -o requirements-test.lock pyproject.toml

clean:
	rm -rf .venv build *.egg-info

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Vigifuite needs Python 3.11 or newer: make PYTHON=python3.11" >&2; exit 2; }
	$(PYTHON) -m venv .venv

.venv/installed: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/installed-test: requirements-test.lock .venv/installed
	$(BIN)/pip install --quiet --require-hashes -r requirements-test.lock
	@touch $@
