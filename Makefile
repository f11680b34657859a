# Everything below sets itself up in .venv; nothing else on the machine is touched. What a user needs comes from
# requirements.lock; what a developer needs besides (with all extras) is put on top of it from requirements-dev.lock.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
DEV := .venv/ready-dev
EXAMPLE := examples/akmola --as-of 2026-11-23T18:00:00 --seed 2026
PIP_INSTALL := pip install --quiet --disable-pip-version-check

.PHONY: setup demo quick test soak check bench notebook reference docs licences client wheel lock clean

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "tengbol needs Python 3.11 or newer; name one with make PYTHON=...")'
	$(PYTHON) -m venv .venv
	$(BIN)/$(PIP_INSTALL) --require-hashes -r requirements.lock
	$(BIN)/$(PIP_INSTALL) --no-deps --no-build-isolation -e .
	touch $@

$(DEV): $(READY) requirements-dev.lock
	$(BIN)/$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	touch $@

demo: $(READY)
	$(BIN)/tengbol run $(EXAMPLE) --out demo/result
	$(BIN)/tengbol verify examples/akmola demo/result

# What is worth asking after every change: the law by example, its paragraphs, the verifier's law, the optimum on small
# problems, the contract and the doors. Under a minute on two cores.
QUICK := tests/model $(addprefix tests/,verify/test_verify_law.py optimizer/test_flow.py optimizer/test_bound.py \
	optimizer/test_placing.py optimizer/test_problem.py optimizer/test_lot.py report/test_measures.py \
	whole/test_contract.py whole/test_doors.py cli/test_callers.py)
quick: $(DEV)
	$(BIN)/pytest -n 2 --dist worksteal $(QUICK)

# What is compiled is kept, whatever the machine's habit: each process of the tests compiled all of it anew.
quick test soak: export PYTHONDONTWRITEBYTECODE =
# Two processes on two cores: threads of Polars in each of them wait for each other, which cost a third of the CPU time of
# the tests that draw many small chambers.
# A soak has them as they are.
quick test: export POLARS_MAX_THREADS = 1
test: $(DEV)
	$(BIN)/pytest -n 2 --dist worksteal

soak: $(DEV)
	$(BIN)/pytest -n 2 --dist worksteal --hypothesis-profile=soak -m "soak or not soak"

check: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

bench: $(DEV)
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.heart

notebook: $(DEV)
	$(BIN)/jupyter-nbconvert --to notebook --execute --inplace --log-level WARN \
		--ExecutePreprocessor.record_timing=False docs/whatif.ipynb

# The pages of docs that nobody writes by hand; tests hold them to the program.
reference: $(DEV)
	$(BIN)/python -m tools.commands
	$(BIN)/python -m tools.names
	$(BIN)/python -m tools.refusals
	$(BIN)/python -m tools.answers
	$(BIN)/python -m tools.imports
	$(BIN)/python -m tools.codes
	$(BIN)/python -m tools.working_days

# The site of docs, to be opened from the disk: build/site/docs/index.html. README and docs stand side by side in it.
docs: $(DEV)
	rm -rf build/pages build/site
	mkdir -p build/pages
	cp -r *.md LICENSE pyproject.toml docs examples build/pages
	$(BIN)/sphinx-build -q -W --keep-going -b html -c build/pages/docs build/pages build/site

# A typed Python client of the service, from its OpenAPI document: build/client, to be installed by pip. Its maker has
# an environment of its own, for it wants other versions than the command line.
client: $(DEV)
	$(PYTHON) -m venv build/generator
	build/generator/bin/$(PIP_INSTALL) --require-hashes -r requirements-client.lock
	$(BIN)/python -m tools.document > build/openapi.json
	PATH="$(CURDIR)/build/generator/bin:$$PATH" build/generator/bin/openapi-python-client generate --overwrite \
		--config examples/api/generator.yaml --path build/openapi.json --output-path build/client

# The table of docs/licences.md, of all packages of requirements.lock; a test holds it to the lock.
licences: $(DEV)
	{ grep -v '^|' docs/licences.md; $(BIN)/pip-licenses --from=mixed --with-system --with-urls --format=markdown \
		--packages $$(sed -n 's/^\([a-z0-9._-]*\)==.*/\1/p' requirements.lock | sort -u); } > docs/licences.new
	mv docs/licences.new docs/licences.md

# The package as others install it: built, put into an environment of its own with the runtime lock, and tried there.
wheel: $(DEV)
	rm -rf build dist
	$(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .
	$(PYTHON) -m venv build/clean
	build/clean/bin/$(PIP_INSTALL) --require-hashes -r requirements.lock
	build/clean/bin/$(PIP_INSTALL) --no-deps dist/*.whl
	build/clean/bin/tengbol run $(EXAMPLE) --out build/result
	build/clean/bin/tengbol verify examples/akmola build/result
	build/clean/bin/tengbol report build/result --input examples/akmola --out build/report

# Needs uv; hashes and no registry addresses. The developers' lock holds all of the runtime's, in the same versions.
COMPILE := uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	--custom-compile-command "make lock" pyproject.toml --group build
lock:
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --constraint requirements.lock --all-extras --output-file requirements-dev.lock
	$(subst pyproject.toml --group build,requirements-client.in,$(COMPILE)) --output-file requirements-client.lock

clean:
	rm -rf .venv build demo dist
