# `make` lists what can be made. Everything runs in the project's own environment, .venv.

SHELL := /bin/sh
PYTHON := .venv/bin/python
ADDRESS ?= 127.0.0.1:8000
ARGS ?=

# The only clock of a build: the time of the commit, unless the caller sets another.
ifeq ($(strip $(SOURCE_DATE_EPOCH)),)
SOURCE_DATE_EPOCH := $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
endif
export SOURCE_DATE_EPOCH

.DEFAULT_GOAL := help
.PHONY: help site serve preview test check verify bench finder environment lock

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Built beside the site and swapped in when all is well, so a failing build leaves the last one whole.
site: .venv/requirements.txt ## Build the site into build/site: check the records, generate, build, check the links
	@umask 022; set -e; \
	echo "1/3 Checking the records and generating the pages …"; $(PYTHON) scripts/generate.py; \
	echo "2/3 Building the site …"; rm -rf build/site.new; $(PYTHON) -m mkdocs build --quiet --strict --site-dir build/site.new; \
	echo "3/3 Checking links and anchors …"; $(PYTHON) scripts/check_links.py build/site.new; \
	rm -rf build/site.old; if [ -e build/site ]; then mv build/site build/site.old; fi; \
	mv build/site.new build/site; rm -rf build/site.old; \
	echo "The site is in build/site."

serve: .venv/requirements.txt ## Generate the pages and show them at http://127.0.0.1:8000/ (ADDRESS=host:port for another)
	@umask 022; set -e; $(PYTHON) scripts/generate.py; $(PYTHON) -m mkdocs serve --dev-addr $(ADDRESS)

preview: .venv/requirements.txt ## Show the page of one record while it is written (ONLY=package/record)
	@umask 022; $(PYTHON) scripts/preview.py $(ONLY) --address $(ADDRESS) $(ARGS)

test: .venv/requirements-dev.txt ## Run every check and every test; the last line counts them (BASE=branch to compare evidence with)
	@umask 022; sh scripts/system_packages.sh; \
	PYTHONPATH=scripts $(PYTHON) tests/changed_records.py; \
	echo "Running every check and every test …"; $(PYTHON) -m pytest $(ARGS)

check: .venv/requirements-dev.txt ## Run what is quick: style, types, contracts, records, and the tests without sandbox and browser
	@umask 022; $(PYTHON) -m pytest -m "not sandbox and not browser and not slow" $(ARGS)

verify: .venv/requirements.txt ## Run the records' snippets and write what happened (ARGS="--stale" or an id)
	@umask 022; $(PYTHON) scripts/verify.py $(ARGS)

bench: .venv/requirements-dev.txt ## Measure builds, runs and the finder against their bounds
	@umask 022; PYTHONPATH=scripts:tests $(PYTHON) -m bench $(ARGS)

finder: .venv/requirements-dev.txt ## Measure how often the finder names the right page
	@umask 022; PYTHONPATH=scripts:tests $(PYTHON) -m finder $(ARGS)

environment: .venv/requirements-dev.txt ## Make or renew .venv from the locks

lock: .venv/requirements-dev.txt ## Renew requirements.txt and requirements-dev.txt from pyproject.toml (ARGS="--upgrade" for newer releases)
	@umask 022; set -e; \
	$(COMPILE) -o requirements.txt $(ARGS); \
	$(COMPILE) --extra dev -c requirements.txt -o requirements-dev.txt $(ARGS); \
	echo "Locked. make environment installs them."

# Neither a registry's address nor anything of this machine's configuration may get into a lock.
COMPILE := .venv/bin/python -m uv --no-config pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-emit-index-url --no-emit-find-links

.venv/requirements.txt: requirements.txt
	@sh scripts/environment.sh requirements.txt

.venv/requirements-dev.txt: requirements-dev.txt .venv/requirements.txt
	@sh scripts/environment.sh requirements-dev.txt
