# What a user and a developer of this repository need; "make" alone lists it.
.DEFAULT_GOAL := help
.NOTPARALLEL:

OUT ?= dist
ARGS ?=
VENV := .venv/bin
# Workers for pytest; 0 runs all tests in one process.
WORKERS ?= auto

.PHONY: help
help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: setup
setup: ## Install what making leaflets needs: libraries, fonts, .venv
	@bash scripts/setup.sh runtime

.PHONY: test-setup
test-setup: setup ## Install what only the tests need: Java, Maven, veraPDF, axe, Chromium, poppler-utils
	@bash scripts/setup.sh tests

.PHONY: leaflets
leaflets: setup ## Build all leaflets into dist/ (elsewhere: OUT=folder; more options: ARGS="...")
	@$(VENV)/leaflets build --out "$(OUT)" $(ARGS)

.PHONY: lint
lint: setup ## Check style and types
	$(VENV)/ruff check --quiet .
	$(VENV)/ruff format --quiet --check .
	$(VENV)/mypy

# pytest comes last: its summary is the closing line. It exits with 5 when it ran no test, and make fails on that too.
.PHONY: test
test: test-setup lint ## Check style and types, then run all tests (some of them: ARGS="-k word")
	$(VENV)/python -m pytest -n $(WORKERS) $(ARGS)

.PHONY: approve
approve: setup ## Approve how pages look now: tests/approved/ (some pages: ARGS="name"; only look: ARGS="--look folder")
	@$(VENV)/python scripts/approve.py $(ARGS)

.PHONY: fast
fast: ## Compile the renderer: thousands of leaflets in two thirds of the time (needs a C compiler; some minutes, once)
	@bash scripts/setup.sh fast

.PHONY: bench
bench: fast ## Measure how fast leaflets are made, beside the peers, in 15 minutes (shorter: ARGS="--quick"; one part: ARGS="--only cold")
	@$(VENV)/python scripts/bench.py $(ARGS)

.PHONY: pins
pins: setup ## Write constraints.txt anew, with the newest versions that pyproject.toml allows
	@bash scripts/setup.sh pins

.PHONY: clean
clean: ## Remove what was built, and caches
	rm -rf dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find leaflets tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: distclean
distclean: clean ## Remove also what was installed here: .venv and .tools
	rm -rf .venv .tools
