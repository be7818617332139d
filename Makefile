# The verbs. `make run` and `make test` install what they need; nothing else is asked for.

PORT ?= 8808
DATA ?= data
JOBS ?= $(shell nproc)
SHELL := /bin/bash
# A Node.js that tools/install fetched where Debian's is too old for the web's build.
export PATH := $(CURDIR)/.node/bin:$(PATH)

.PHONY: run test build web bench check format clean install sanitize

build:
	cmake --preset release >/dev/null
	cmake --build --preset release --parallel $(JOBS) --target anxiao

web: web/dist/index.html

web/dist/index.html: web/package-lock.json $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null)
	cd web && npm run build
	touch $@

install:
	tools/install

run:
	tools/install run
	$(MAKE) build web
	build/release/anxiao serve --demo --term --data $(DATA) --port $(PORT)

# Everything: unit tests beside the sources, pack cases, the house's rules, the web's units, then
# scenarios on the real program over HTTP, in the browser and under kill -9.
test:
	tools/install
	tools/test

# The unit tests under AddressSanitizer and UndefinedBehaviorSanitizer.
sanitize:
	tools/install
	cmake --preset asan >/dev/null
	cmake --build --preset asan --parallel $(JOBS) --target all_tests
	ctest --test-dir build/asan --parallel $(JOBS) --output-on-failure

bench:
	tools/install
	tools/bench

check:
	tools/install
	tools/check

format:
	git ls-files 'src/*.cpp' 'src/*.h' 'bench/*.cpp' 'bench/*.h' 'tests/*.cpp' 'tests/*.h' | xargs clang-format -i

clean:
	rm -rf build web/dist
