# The few commands of the project; `make` alone lists them.
# Needs make, git and Python 3.11-3.13. Packages go into .venv, from the lock files; only set-up uses the network.

PY := .venv/bin/python
PYTEST := $(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder
PIP := $(PY) -m pip --disable-pip-version-check --quiet

FIRST := baseline,workshops,school_gap,workshops_and_school_gap,public_posts,targeted_training,origin_land_returns,housing_title,bus_lines,tuition_and_living_aid

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup cluster brief brief-all calibrate calibrate-quick calibrate-proof calibrate-readings validate forecast score prior-effects readings rings restamp diaries example test lint system-packages system-test cluster-test ci bench profile check pages plausibility lock clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-18s %s\n", $$1, $$2 }' Makefile

setup: .venv/.run-stamp ## Make .venv and compile the kernels
	@echo "Compiling the kernels ..."
	@$(PY) -m simulation.compile

cluster: .venv/.run-stamp ## Add Dask to .venv, for sweeps on clusters without Slurm (docs/cluster.md)
	@$(PIP) install --require-hashes -r requirements/cluster.lock

brief: .venv/.run-stamp ## Compare eight measures, and two of them together, and write the brief
	@$(PY) -m scenarios 'scenarios=[$(FIRST)]' output=outputs/brief replace=true

# Three times as many scenarios, on half of the draws: of 45, two lie beyond each end of a 90 % interval.
brief-all: .venv/.run-stamp ## The same with an answer to every recommendation of the report, and packages, on fewer draws
	@$(PY) -m scenarios draws=45 second_seeds=9 prior_draws=20 output=outputs/brief replace=true

calibrate: .venv/.run-stamp ## Fit the parameters to the report, and renew the parameter sets that a brief stands on
	@$(PY) -m calibration

calibrate-quick: .venv/.run-stamp ## The same on a small town, to see how it works
	@$(PY) -m calibration quick=true

calibrate-proof: .venv/.run-stamp ## Try the calibration on cities whose parameters are known
	@$(PY) -m calibration.proof

calibrate-readings: .venv/.run-stamp ## Calibrate under every other reading of the report
	@$(PY) -m calibration.all_readings

validate: .venv/.run-stamp ## Hold figures that were not fitted (validation.csv) against the calibrated model
	@$(PY) -m calibration.validate

forecast: .venv/.run-stamp ## Write down what the model says of the years to 2027, with a hash, before figures are read
	@$(PY) -m calibration.forecast

score: .venv/.run-stamp ## Score the newest forecast against figures that were read since (validation.csv)
	@$(PY) -m calibration.score

prior-effects: .venv/.run-stamp ## Renew the effects of all scenarios before the calibration, which briefs set beside those after it
	@$(PY) -m calibration.prior_effects

readings: .venv/.run-stamp ## Renew the table of scenarios under other readings of the report
	@$(PY) -m calibration.readings

rings: .venv/.run-stamp ## Weigh the posterior's draws by evidence from elsewhere, ring by ring, for the effects of briefs
	@$(PY) -m calibration.rings

restamp: .venv/.run-stamp ## Run a few draws of each committed result again, and renew its hash if they agree to the bit
	@$(PY) -m calibration.restamp

diaries: .venv/.run-stamp ## Write what becomes of ten households, for notebooks/01_ten_households.ipynb
	@$(PY) -m scenarios.diaries

test: .venv/.dev-stamp ## Run the tests
	@$(PYTEST) -m "not system"

lint: .venv/.dev-stamp ## Check style, types and the order of imports
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check
	@$(PY) -m mypy simulation scenarios calibration
	@.venv/bin/lint-imports --no-logo

system-packages:
	@.ci/apt.sh chromium libreoffice-writer-nogui:soffice libreoffice-calc-nogui:soffice poppler-utils:pdftoppm gcc libc6-dev:gcc \
	  locales:locale-gen slurm-wlm:slurmctld munge:munged

system-test: .venv/.dev-stamp system-packages ## Run the tests that need a browser, an office suite, Slurm, or kill processes (installs what is missing on Debian)
	@$(PYTEST) -m system

cluster-test: .venv/.dev-stamp ## Run the tests of sweeps on a real Slurm of two nodes on this machine (as root, on Debian)
	@.ci/apt.sh slurm-wlm:slurmctld munge:munged
	@$(PYTEST) tests/cluster

# One pytest for both kinds of tests: its summary, the last line, then counts them all.
ci: lint system-packages ## All of the above checks
	@$(PYTEST)

bench: .venv/.dev-stamp ## Time the model beside a plain Mesa twin and C, and at national size (needs a C compiler)
	@$(PY) -m tests.reference.bench

profile: .venv/.run-stamp ## Time one run, step by step of the month
	@$(PY) -m simulation.bench

check: .venv/.run-stamp ## List the report's figures and recompute what follows from them
	@$(PY) -m scenarios.check

pages: .venv/.run-stamp ## Renew the pages that scripts write from conf/ and the code
	@$(PY) -m scenarios.parameter_table
	@$(PY) -m scenarios.lever_table
	@$(PY) -m scenarios.evidence_table
	@$(PY) -m scenarios.state_table

plausibility: .venv/.run-stamp ## Renew docs/plausibility.md from one run
	@$(PY) -m scenarios.plausibility

example: .venv/.run-stamp ## Copy a chart of the last brief into docs/example/, which the README shows
	@$(PY) -m scenarios.brief.example

# A lock that comes out the same keeps its date, so that .venv stays.
lock: ## Renew the lock files; LOCK_FLAGS=--upgrade for newer releases
	@echo "Resolving the dependencies ..."
	@set -e; tool=$$(mktemp -d); trap 'rm -rf "$$tool"' EXIT; \
	$(FOUND_PYTHON) -m venv "$$tool"; "$$tool/bin/python" -m pip install --disable-pip-version-check --quiet uv; \
	unset UV_INDEX UV_EXTRA_INDEX_URL UV_FIND_LINKS; \
	lock() { cp -p "requirements/$$1.lock" "$$tool/old" || :; \
	  "$$tool/bin/uv" --no-config pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	  $(LOCK_FLAGS) -o "requirements/$$1.lock" $$2; \
	  if cmp -s "$$tool/old" "requirements/$$1.lock"; then touch -r "$$tool/old" "requirements/$$1.lock"; fi; }; \
	lock run "--extra run"; \
	lock dev "--extra run --extra dev -c requirements/run.lock"; \
	lock app "--extra run --extra app -c requirements/run.lock"; \
	lock cluster "--extra run --extra cluster -c requirements/run.lock"

clean: ## Remove .venv, caches and compiled kernels; results stay
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Set-up. A stamp is written last: an environment without one was interrupted, and is made anew.
.venv/.run-stamp: requirements/run.lock
	@echo "Making .venv with $(FOUND_PYTHON): about a minute, 800 MB ..."
	@rm -rf .venv
	@$(FOUND_PYTHON) -m venv .venv
	@$(PIP) install --require-hashes -r requirements/run.lock
	@touch $@

.venv/.dev-stamp: requirements/dev.lock .venv/.run-stamp
	@echo "Adding tests, lint and documents to .venv: half a minute, 200 MB ..."
	@rm .venv/.run-stamp
	@$(PIP) install --require-hashes -r requirements/dev.lock
	@touch .venv/.run-stamp $@

# PYTHON if it is given, else the first name that fits. Each is run, because a name may be there and not work.
CANDIDATES := $(or $(PYTHON),python3 python3.13 python3.12 python3.11)
FITS := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
FOUND_PYTHON = $(or $(firstword $(foreach p,$(CANDIDATES),$(shell $(p) -c '$(FITS)' >/dev/null 2>&1 && echo $(p)))),$(error \
  Found no Python 3.11, 3.12 or 3.13 with the venv module (tried: $(CANDIDATES)). Install one, or name it: make PYTHON=/path/to/python))
