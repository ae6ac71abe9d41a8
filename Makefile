# Frontline. `make help` tells what there is; nothing needs to be installed before but Python and make.

PYTHON ?= $(shell command -v python3.11 || echo python3)
STAGE ?=
PORT ?= 4566
DESK ?= examples/shop.desk.yaml

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
CHECKOV := .local/checkov/bin/checkov
EMULATOR := .local/emulator/requirements.sha256
CHROMIUM := .local/.chromium
CHECKED := app.py chalicelib infra tests
TEMPLATE := .build/dev-arm64/template.yaml

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup tools up down demo test check style types template format bench corpus package deploy destroy rotate-keys clean

help:  ## có những lệnh nào · tell what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

setup: $(READY)  ## tạo môi trường ảo · make the virtual environment

tools: $(READY) $(CHECKOV) $(EMULATOR) $(CHROMIUM)  ## cài mọi thứ để kiểm tra · install all that checks and tests need

up: $(READY)  ## chạy đám mây trên máy này · start the local cloud and deploy to it: DESK=path PORT=4566
	@$(BIN)/python -m infra.local up --port $(PORT) --desk $(DESK)

down: $(READY)  ## dừng lại · stop what `make up` started
	@$(BIN)/python -m infra.local down --port $(PORT)

demo: $(READY)  ## câu chuyện hai phút · a two-minute story, from set-up to answered tickets
	@$(BIN)/python -m infra.demo --port $(PORT)

# Four workers for two cores: those that drive local clouds mostly wait.
test: $(READY) $(EMULATOR) $(CHROMIUM)  ## chạy mọi bài kiểm thử · run every test
ifdef ARGS
	$(BIN)/python -m pytest $(ARGS)
else
	$(BIN)/python -m pytest -q -n 4
endif

check: style types template  ## kiểm tra mọi thứ khác · everything that is not a test: style, types, imports, the template

style: $(READY)
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/lint-imports

types: $(READY)
	$(BIN)/mypy $(CHECKED)

template: $(READY) $(CHECKOV)
	$(BIN)/python -m infra.packaging --stage dev
	$(BIN)/cfn-lint $(TEMPLATE)
	$(CHECKOV) --config-file infra/checkov.yaml --file $(TEMPLATE)

format: $(READY)  ## chỉnh lại cách viết mã · put the style right
	$(BIN)/ruff check --fix $(CHECKED)
	$(BIN)/ruff format $(CHECKED)

bench: $(READY)  ## đo tốc độ · measure: start, webhook, sweep, seconds to an agent's mail; ARGS=--only=moments
	@$(BIN)/python -m infra.bench $(ARGS)

corpus: $(READY)  ## viết lại trang tin mẫu · write docs/channels/corpus.md, where the recorded payloads are
	@$(BIN)/python -m tests.channels.corpus_page

package: $(READY)  ## đóng gói · build what is deployed
	@$(BIN)/python -m infra.packaging --stage $(or $(STAGE),dev)

deploy: $(READY) stage-given  ## triển khai lên AWS · deploy a stage to AWS: STAGE=dev
	@$(BIN)/python -m infra.deploy deploy --stage $(STAGE)

destroy: $(READY) stage-given  ## gỡ khỏi AWS · take a stage down: STAGE=dev CONFIRM=dev
	@$(BIN)/python -m infra.deploy destroy --stage $(STAGE) --confirm "$(CONFIRM)"

rotate-keys: $(READY) stage-given  ## thêm khóa ký · add a key that signs links and reply addresses: STAGE=dev
	@$(BIN)/python -m infra.deploy rotate-keys --stage $(STAGE)

clean: down  ## xóa mọi thứ đã tạo · remove everything built
	rm -rf .build .local $(VENV)

.PHONY: stage-given
stage-given:
	@test -n "$(STAGE)" || { echo "thiếu STAGE · STAGE is missing: make $(MAKECMDGOALS) STAGE=dev"; exit 2; }

$(READY): requirements.txt requirements-dev.txt pyproject.toml
	@echo "→ cài đặt · installing into $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "cần Python 3.11 · Python 3.11 is needed: make PYTHON=python3.11")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --requirement requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

$(CHECKOV): infra/checks-requirements.txt
	@echo "→ cài checkov · installing checkov"
	@$(PYTHON) -m venv .local/checkov
	@.local/checkov/bin/python -m pip install --quiet --requirement infra/checks-requirements.txt
	@touch $@

$(EMULATOR): infra/local/requirements.txt
	@echo "→ cài trình giả lập AWS · installing the emulator"
	@$(PYTHON) -m infra.local.tools $(@D)
	@touch $@

# Debian's Chromium, for the tests that look at pages as a person does.
$(CHROMIUM):
	@mkdir -p $(@D)
	@if command -v chromium >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "→ cài Chromium · installing Chromium"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	else echo "cần Chromium · Chromium is needed: sudo apt-get install chromium"; exit 1; fi
	@touch $@
