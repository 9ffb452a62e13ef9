# Everything runs in an environment of its own (.venv); Python 3.11, 3.12 or 3.13 is all that must be there.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
READY = $(VENV)/.ready
SAMPLE ?= town
URBANPLAN_SHARED ?= ../shared
export URBANPLAN_SHARED
export MPLBACKEND = agg

.PHONY: demo test lab check bench lock clean help

help:
	@echo "make demo   install, write the sample city, run its whole analysis, print where the report is"
	@echo "make test   install, then lint, types, import contract and all tests"
	@echo "make lab    install, prepare the sample city and open its notebooks in JupyterLab"
	@echo "make bench  install, then run the benchmarks (minutes)"
	@echo "make lock   write requirements.lock anew from pyproject.toml"

$(READY): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "urbanplan needs Python 3.11, 3.12 or 3.13; name one: make PYTHON=python3.12 ..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
	  || { $(PYTHON) -m pip install --user virtualenv && $(PYTHON) -m virtualenv $(VENV); }
	@sh workflows/install.sh $(BIN)
	@touch $(READY)

demo: $(READY)
	$(BIN)/urbanplan sample --size $(SAMPLE) --out data/raw/sample
	$(BIN)/urbanplan run sample --data data/raw/sample --lang th,en

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check
	$(BIN)/pytest -q -n 2 --dist worksteal

lab: $(READY)
	$(BIN)/urbanplan sample --size $(SAMPLE) --out data/raw/sample
	$(BIN)/urbanplan prepare sample --data data/raw/sample
	$(BIN)/jupyter lab --notebook-dir .

bench: $(READY)
	$(BIN)/python benchmarks/run.py

lock: $(READY)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra dev --no-annotate --no-header \
	  --no-emit-index-url --no-emit-find-links --generate-hashes --upgrade pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) data/raw data/runs .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
