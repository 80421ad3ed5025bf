# The jobs of this project; `make` alone lists them. What a job takes is what its `##` text names
# in capitals; anything else on the command line is refused.

JOBS := help local local-deploy dev test bench mutants golden docs serve engine workflows tools doctor preview up verify show destroy leftovers sweep cost prices format lock clean venv app-venv
.PHONY: $(JOBS)

# What is typed after `make` reaches the commands through the environment, letter by letter: make
# expands none of it ($(shell …) in a value is text), and no recipe pastes any of it into a line.
override TYPED := $(foreach name,$(.VARIABLES),$(if $(filter command,$(origin $(name))),$(name)))
$(foreach name,$(TYPED),$(eval override export $(name) := $$(value $(name))))

ASKED := $(or $(filter $(JOBS),$(MAKECMDGOALS)),help)
TAKES := $(shell sed -n $(ASKED:%=-e '/^%:/p') Makefile | grep -Eo '[A-Z_0-9]+=' | tr -d =)
override UNKNOWN := $(firstword $(filter-out $(TAKES) SHELL MAKE MAKEFLAGS,$(TYPED)))
ifneq ($(UNKNOWN),)
LIKE := $(shell python3 -ISc 'import difflib, sys; \
    print(*difflib.get_close_matches(sys.argv[1].upper(), sys.argv[2:], 1))' \
    '$(subst ','\'',$(UNKNOWN))' $(TAKES) 2>/dev/null)
$(error $(UNKNOWN) is not known to make $(ASKED)$(if $(LIKE),; did you mean $(LIKE)?,; it takes \
    $(or $(TAKES),no variables)))
endif

# All that a job on this machine sees of the shell: an account, a proxy or a setting of Python's,
# git's or pytest's that it has must not decide anything. A client that is not told of the emulated
# AWS has no credentials with which to reach a real one.
KEPT := CI HOME LANG LC_ALL LC_CTYPE LOGNAME NO_COLOR PATH SHELL TERM TMPDIR USER
CLEAN := env -i $(foreach name,$(KEPT) $(TAKES),$${$(name)+"$(name)=$$$(name)"}) \
    AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing AWS_EC2_METADATA_DISABLED=true \
    AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
PYTHON := exec $(CLEAN) .venv/bin/python
# Ends what it starts, with all that comes of it, when a signal says so.
RUN := $(PYTHON) -m dev.stopping .venv/bin/python

# A job in AWS keeps the shell, but for what would keep Python from starting, or have it compile the
# SDK anew each time.
unexport PYTHONDONTWRITEBYTECODE PYTHONSAFEPATH PYTHONWARNINGS

help: ## list these jobs
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1 \2/p' Makefile | while read -r job text; do \
	    printf '  make %-12s  %s\n' "$$job" "$$text"; \
	done

local: venv app-venv ## an environment on this machine that answers: made, checked, removed  [SUFFIX=pr7] [KEEP=1] [VERBOSE=1]
	@$(PYTHON) -m dev local

local-deploy: venv ## deploy an image to an environment that is kept up on this machine  IMAGE=v2 [SUFFIX=dev]
	@$(PYTHON) -m dev local-deploy

# Where pip looks for packages is the shell's to say.
dev: venv ## run an application of your own there, anew when its code changes  APP=../shop COMMAND='gunicorn …' [SUFFIX=dev] [PORT=8080]
	@.venv/bin/python -I dev/stopping.py .venv/bin/python -I dev/packages.py
	@$(PYTHON) -m dev dev

serve: venv $(if $(filter-out 0,$(value DATA_PLANE)),app-venv) ## run an emulated AWS until Ctrl-C, and what is behind its API where asked to  [PORT=5001] [DATA_PLANE=1]
	@$(PYTHON) -m dev serve

engine: venv ## the real Pulumi engine on an emulated AWS  [SUFFIX=dev] [KEEP=1]
	@$(PYTHON) -m dev engine

bench: venv app-venv ## how long the program takes by itself and in the emulated AWS, and what the way through it costs
	@$(RUN) -m dev bench

mutants: venv ## break the program on purpose; each defect must fail a test
	@$(RUN) -m tests.mutants

golden: venv ## write down anew what the program asks for, to be reviewed as a change
	@$(RUN) -m tests.golden

docs: venv ## write docs/output.md and docs/json.md anew, from a run of the commands
	@$(RUN) -m dev docs

# Each process of pytest has an emulated AWS of its own, which the tests of a file share.
PYTEST := -m pytest --quiet --numprocesses=2 --dist=loadfile --no-loadscope-reorder
REPORT := -m coverage report
ONE_FILE := `.venv/bin/python -m pytest FILE` runs one file

# All parts run, whichever fail. Pylint, on one core, goes on beside the tests; without --jobs=1 and
# the list of files it would take two, and pass over what lies in no package.
test: venv app-venv ## formatter, lint, pylint, unit and integration tests; needs no account
	@begin() { printf '\n== %s\n' "$$1"; }; \
	run() { ($(RUN) "$$@") & running=$$!; wait $$running; }; \
	failed=; fail() { failed="$$failed\n  $$1: $$2"; }; \
	kept=$$(mktemp); trap 'rm -f "$$kept"' EXIT; \
	trap 'trap "" INT TERM HUP; kill $$running $$pylint 2>/dev/null; wait; exit 130' INT TERM HUP; \
	($(RUN) -m pylint --jobs=1 --fail-under=10 $$(find . -path './.*' -prune -o -path ./app -prune -o -name '*.py' -print)) >"$$kept" 2>&1 & pylint=$$!; \
	begin formatter; \
	run -m ruff format --check || fail formatter '`make format` formats the code'; \
	begin lint; \
	run -m ruff check || fail lint '`make format` corrects what needs no thought'; \
	begin 'unit tests'; \
	run $(PYTEST) --cov --cov-report= tests/unit || fail 'unit tests' '$(ONE_FILE)'; \
	begin 'coverage of tap.py, lib and ops'; \
	run $(REPORT) --include='tap.py,lib/*,ops/*' --fail-under=100 || \
	    fail coverage 'lines under Missing have no unit test'; \
	begin 'coverage of emulator'; \
	run $(REPORT) --include='emulator/*' --fail-under=95 || \
	    fail coverage 'lines under Missing have no unit test, and more than 5 in 100 are too many'; \
	begin 'tests of the whole'; \
	run $(PYTEST) tests/properties tests/integration || fail 'tests of the whole' '$(ONE_FILE)'; \
	begin 'the sample application, on a real PostgreSQL'; \
	run -m emulator.data_plane.postgres run -- app/.venv/bin/python -m pytest --quiet -c app/pytest.ini --rootdir app app/tests || \
	    fail 'sample application' 'app/README.md says how to run one file'; \
	(cd app && exec $(CLEAN) .venv/bin/python -m pylint --fail-under=10 gunicorn.conf.py shop migrations tests) || \
	    fail 'pylint of the sample application' 'each line above names a place and what is wrong there'; \
	begin pylint; \
	wait $$pylint || fail pylint 'each line above names a place and what is wrong there'; \
	cat "$$kept"; \
	if [ -n "$$failed" ]; then printf '\nFailed:%b\n' "$$failed"; exit 1; fi; \
	printf '\nAll is well.\n'

workflows: venv ## lint the workflows, the shell scripts and the Dockerfile
	@$(CLEAN) tools/lint-workflows

tools: ## build the Pulumi CLI and actionlint into .tools, with Go
	@tools/build

# EMULATED=1 has the same done on the emulated AWS of `make serve`.
OPERATE = @.venv/bin/python -m $(if $(filter-out 0,$(value EMULATED)),dev,ops)

doctor: venv ## what would keep `up` from succeeding; changes nothing  SUFFIX=dev [PROFILE=ephemeral] [REGION=…] [JSON=1] [ARGS="--config …"] [STACK=…] [EMULATED=1 [PORT=…]]
	$(OPERATE) doctor

preview: venv ## what `up` would change in AWS  SUFFIX=dev [PROFILE=ephemeral] [ARGS="…"] [STACK=…] [DEFAULTS=1] [EMULATED=1 [PORT=…]]
	$(OPERATE) preview

up: venv ## make or change an environment in AWS  SUFFIX=dev [PROFILE=ephemeral] [ARGS="--yes …"] [STACK=…] [SECRETS_PROVIDER=…] [DEFAULTS=1] [NODOCTOR=1] [EMULATED=1 [PORT=…]]
	$(OPERATE) up

destroy: venv ## remove an environment from AWS  SUFFIX=dev [ARGS="--yes …"] [STACK=…] [NOWAIT=1] [EMULATED=1 [PORT=…]]
	$(OPERATE) destroy

verify: venv ## whether an environment is what was deployed, and works  SUFFIX=dev [WAIT=15m] [UNTIL=steady] [JSON=1] [REGION=…] [STACK=…] [EMULATED=1 [PORT=…]]
	$(OPERATE) verify

show: venv ## what an environment in AWS is; without SUFFIX, which there are  [SUFFIX=dev] [REGION=…] [STACK=…] [JSON=1] [EMULATED=1 [PORT=…]]
	$(OPERATE) show

leftovers: venv ## what is left of an environment in AWS, and its price  SUFFIX=dev [REMOVE=1] [YES=1] [SNAPSHOTS=1] [WAIT=15m] [REGION=…] [STACK=…] [JSON=1] [EMULATED=1 [PORT=…]]
	$(OPERATE) leftovers

sweep: venv ## which pull requests' environments are to go, and with YES=1 their removal  [OPEN=12,15] [YES=1] [REGION=…] [REPOSITORY=…] [JSON=1] [NOWAIT=1] [EMULATED=1 [PORT=…]]
	$(OPERATE) sweep

cost: venv ## what an environment costs  SUFFIX=dev [PROFILE=ephemeral] [AGAINST=…] [BUDGET=2.00/day] [REGION=…] [STACK=…] [JSON=1] [OFFLINE=1] [ARGS="--config …"]
	@.venv/bin/python -m ops cost

prices: venv ## renew the prices in the tree and the tables of docs/cost.md  [OFFLINE=1]
	@.venv/bin/python -m ops prices

format: venv ## format the code and correct what lint can correct by itself
	@$(CLEAN) .venv/bin/python -m ruff format
	@$(CLEAN) .venv/bin/python -m ruff check --fix

lock: venv app-venv ## renew requirements.txt and constraints.txt, here and in app, within the bounds that the first one names
	@for folder in . app; do \
	    .venv/bin/python -I dev/stopping.py .venv/bin/python -I tools/dependencies.py lock $$folder || exit 1; \
	done

clean: ## remove what the other jobs left: .venv, caches, tools
	@rm -rf .venv app/.venv .tools .emulated .ruff_cache .pytest_cache .hypothesis .coverage .coverage.*
	@find . -name __pycache__ -prune -exec rm -rf {} +

# Made anew when the lock is not the one that it was made from; else nothing is done or said.
venv:
	@if [ -x .venv/bin/python ] && \
	    cat requirements.txt constraints.txt | cmp -s - .venv/made-from.txt; then exit 0; fi; \
	for python in python3.11 python3; do \
	    if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        exec "$$python" -I dev/stopping.py "$$python" -I tools/dependencies.py venv; \
	    fi; \
	done; \
	echo "Python 3.11 or newer is needed; found: $$(python3 --version 2>/dev/null || echo none)." \
	    'Get it from https://www.python.org/downloads/, or as the packages python3.11 and' \
	    'python3.11-venv of the system.' >&2; \
	exit 1

# The sample application's packages, in the same way.
app-venv: venv
	@cat app/requirements*.txt app/constraints.txt | cmp -s - app/.venv/made-from.txt || \
	    exec .venv/bin/python -I dev/stopping.py .venv/bin/python -I tools/dependencies.py venv app
