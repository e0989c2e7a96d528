# Everything sets itself up: `make demo` and `make test` are all a newcomer needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
CATALOGUES := $(wildcard */locale/*/LC_MESSAGES/*.po)
WORDS := $(CATALOGUES:.po=.mo)
OUT ?= out
ROUNDS ?= 2000
FACTS ?= 10000
SINGLE ?= 30000
ROWS ?= 50000
TOUCHES ?= 1000
STARTS ?= 7
SECONDS ?= 300
DRILL_LANGUAGE ?= fi
CORES := $(shell nproc)
WORKERS ?= $(shell echo $$((2 * $(CORES))))

# A test may start ten processes: each file is compiled once, whatever the environment says.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check lint types qml units scenarios bench fuzz torture docs-html drill quick-card sbom audit wheel deb deb-test boot-test update-bundle lock format clean

demo: $(READY) $(WORDS)  ## Try the kiosk: in windows with a display, else a played visit with pictures in out/
	$(BIN)/kiosk demo --out $(OUT)

test: check units  ## All that must hold before a change lands

check: $(READY)  ## What needs nothing to run
	@$(MAKE) --no-print-directory --jobs=$(CORES) --output-sync lint types qml

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

qml: $(READY)
	$(BIN)/pyside6-qmllint --max-warnings 0 $$(find $(CURDIR)/kiosk/ui/qml -name '*.qml')

units: $(READY) $(WORDS)
	@# More workers than cores, for much of the time is waiting; tests/together.py says what stays with one.
	$(BIN)/pytest -n $(WORKERS) --durations=20

scenarios: $(READY) $(WORDS)  ## Play every scenario with pictures in out/scenarios
	$(BIN)/kiosk scenario scenarios/*.yaml --headless --out $(OUT)/scenarios

bench: $(READY) $(WORDS)  ## Speed, as ratios against the disk itself, and against the screens of others
	$(BIN)/python -m benchmarks.check_in --rounds $(ROUNDS)
	$(BIN)/python -m benchmarks.roster --rows $(ROWS)
	$(BIN)/python -m benchmarks.drain --facts $(FACTS) $(if $(POUCHDB),--pouchdb $(POUCHDB))
	$(BIN)/python -m benchmarks.centre --facts $(SINGLE)
	$(BIN)/python -m benchmarks.screen --rounds $(TOUCHES) --turns $(STARTS)

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

fuzz: $(READY)  ## Fuzz every parser, each for SECONDS
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS)

torture: $(READY) $(WORDS)  ## Power cuts, kills, failing calls, bad lines: figures into docs/reliability.md
	$(BIN)/python -m tests.torture $(PARTS) --write $(if $(TORTURE_ROUNDS),--rounds $(TORTURE_ROUNDS))

docs-html: $(READY)  ## The documents as web pages that everybody can read, in OUT/docs
	$(BIN)/python -m tests.html_docs $(OUT)/docs

drill: $(READY) $(WORDS)  ## Play an outage, for training: make drill DRILL_LANGUAGE=sv
	$(BIN)/kiosk drill --language $(DRILL_LANGUAGE)

quick-card: $(READY) $(WORDS)  ## The receptionist's card as PDF, in OUT/quick-card
	$(BIN)/python -m tests.quick_card $(OUT)/quick-card

sbom: $(READY)  ## The parts of each package, as CycloneDX, in OUT/sbom
	$(BIN)/python -m supply.sbom $(OUT)/sbom

audit: $(READY)  ## Known weaknesses by an export of the OSV database: make audit DATABASE=all.zip
	$(BIN)/python -m supply.audit $(DATABASE)

wheel: $(READY)  ## The wheel, built twice and the same, in OUT/dist
	$(BIN)/python -m supply.wheel $(OUT)/dist

deb: $(READY) $(WORDS)  ## The Debian packages kiosk and kiosk-central, looked over by lintian, in OUT/deb
	setup/debian.sh packaging-packages.txt
	$(BIN)/python -m supply.deb $(OUT)/deb

update-bundle: deb  ## The same version as a signed update, in OUT/update: make update-bundle KEY=publisher.key
	$(BIN)/python -m supply.update bundle $(OUT)/deb $(KEY) $(OUT)/update

deb-test: deb  ## Install, serve, upgrade, remove and purge them in a Debian of their own: as root, minutes
	$(BIN)/python -m tests.packages $(OUT)/deb

boot-test: deb  ## Boot a disk with the package in an emulated machine, and look at its display: as root, many minutes
	setup/debian.sh boot-packages.txt
	$(BIN)/python -m tests.boot $(OUT)/deb --pictures docs/pictures

lock: $(READY)  ## Pin anew what pyproject.toml asks for
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --all-extras --python-version 3.11 \
		--no-header --no-emit-index-url --no-emit-find-links --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) out .mypy_cache .ruff_cache .pytest_cache .hypothesis $(WORDS)

%.mo: %.po hatch_build.py | $(READY)
	$(BIN)/python hatch_build.py

$(READY): requirements.lock pyproject.toml setup/debian.sh setup/debian-packages.txt
	setup/debian.sh
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
		{ echo "Python 3.11 is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@
