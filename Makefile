# Set-up, demo, tests, benchmarks and checks. Nothing is installed outside this folder.
# Another Python than the first suitable one: make setup PYTHON=/path/to/python3.12

PYTHON ?=
SUITABLE = python3 python3.13 python3.12 python3.11 python3.10
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up

.PHONY: setup demo test bench lint lists clean

setup: $(STAMP)

$(STAMP): pyproject.toml
	@for candidate in $(or $(PYTHON),$(SUITABLE)); do \
	  if "$$candidate" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then \
	    exec "$$candidate" Tools/SetUp.py $(VENV) $(STAMP); \
	  fi; \
	done; \
	echo "DynamicSpine needs Python 3.10 to 3.13, and none was found as: $(or $(PYTHON),$(SUITABLE))." >&2; \
	exit 1

demo: setup
	@$(BIN)/dynamicspine demo --out build/demo

test: setup
	@$(BIN)/python Tools/RunTests.py

bench: setup
	@$(BIN)/python Testing/Python/bench/RunBenchmarks.py

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q Testing/Python/contract/test_import_direction.py

# Rewrites the lists of scripts and resources in DynamicSpine/CMakeLists.txt from the files on disk.
lists: setup
	@$(BIN)/python Tools/ListModuleFiles.py

clean:
	rm -rf $(VENV) build DynamicSpine/*.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
