# The jobs of this project; `make` alone lists them.

# What is typed after `make` reaches the commands through the environment, letter by letter: make
# expands none of it ($(shell …) in a value is text), and no recipe pastes any of it into a line.
$(foreach name,$(.VARIABLES),$(if $(filter command,$(origin $(name))),\
    $(eval override export $(name) := $$(value $(name)))))

# Where a shell forbids bytecode, each process would compile the SDK anew: five seconds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help local test plugin bench mutants serve engine preview up destroy format clean venv

help: ## list these jobs
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1 \2/p' Makefile | while read -r job text; do \
	    printf '  make %-8s  %s\n' "$$job" "$$text"; \
	done

local: venv ## make, check and remove an environment in an emulated AWS  [SUFFIX=pr7] [KEEP=1]
	@.venv/bin/python -m dev local

test: venv ## formatter, lint, unit and integration tests; needs no account
	@.venv/bin/python -m dev test

plugin: venv ## the provider plugin by its protocol, through an environment's life
	@.venv/bin/python -m dev plugin

bench: venv ## how long the program takes by itself and in the emulated AWS
	@.venv/bin/python -m dev bench

mutants: venv ## break the program on purpose; each defect must fail a test
	@.venv/bin/python -m tests.mutants

serve: venv ## run an emulated AWS until Ctrl-C  [PORT=5001]
	@.venv/bin/python -m dev serve

engine: venv ## the real Pulumi engine on an emulated AWS  [SUFFIX=dev] [KEEP=1]
	@.venv/bin/python -m dev engine

preview: venv ## what `up` would change in AWS  SUFFIX=dev [ARGS="…"] [SECRETS_PROVIDER=…]
	@.venv/bin/python -m ops preview

up: venv ## make or change an environment in AWS  SUFFIX=dev [ARGS="--yes …"]
	@.venv/bin/python -m ops up

destroy: venv ## remove an environment from AWS  SUFFIX=dev [ARGS="--yes …"]
	@.venv/bin/python -m ops destroy

format: venv ## format the code and mend what lint can mend by itself
	@.venv/bin/python -m ruff format
	@.venv/bin/python -m ruff check --fix

clean: ## remove what the other jobs left: .venv, caches
	@rm -rf .venv .ruff_cache .pytest_cache .hypothesis .coverage .coverage.*
	@find . -name __pycache__ -prune -exec rm -rf {} +

# Made anew when requirements.txt is not the one that it was made from; else nothing is done or said.
# Not compiled: that takes longer than all else, for an SDK of which a small part is ever imported.
venv:
	@if [ -x .venv/bin/python ] && cmp -s requirements.txt .venv/requirements.txt; then exit 0; fi; \
	for python in python3.11 python3; do \
	    if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        echo 'Setting up .venv from requirements.txt; this takes a minute or two.'; \
	        "$$python" -m venv --clear .venv && \
	        .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile \
	            -r requirements.txt && \
	        exec cp requirements.txt .venv/requirements.txt; \
	        echo 'Setting up .venv failed; see above.' >&2; exit 1; \
	    fi; \
	done; \
	echo "Python 3.11 or newer is needed; found: $$(python3 --version 2>/dev/null || echo none)." \
	    'Get it from https://www.python.org/downloads/, or as the packages python3.11 and' \
	    'python3.11-venv of the system.' >&2; \
	exit 1
