# Each target installs what it needs and does not find. internal/cmd/dist says how
# the module is built.

# The port of `make run` and `make examples`.
PORT ?= 8080
GO = go
# SA1019 would complain about nhooyr.io/websocket, which has moved to another address
# and is used under this one on purpose.
STATICCHECK_FLAGS = -checks=inherit,-SA1019

# The folders of the packages that also run in a browser: the module is made of them.
MODULE = $(wildcard ibr internal/jid internal/langtag internal/promise internal/queue internal/random internal/saslprep internal/xmltree jsapi transport wasm)
JS_PACKAGES = $(patsubst %,./%/...,$(MODULE))
JS = GOOS=js GOARCH=wasm

# The files that `make dist` makes, in dist/ and, for `npm pack`, in web/.
BUILT = dist/build-info.json $(addprefix web/,xmppreg.wasm wasm_exec.js build.js LICENSE LICENSES.txt README.md)

# The files that these are made from, without tests. The folders are among them,
# because a file that is removed changes only its folder.
SOURCES = go.mod go.sum LICENSE docs/package.md build/debug \
	$(filter-out %_test.go,$(wildcard internal/cmd/dist/*.go internal/cmd/dist/*/*.go internal/wasmfile/*.go)) \
	$(shell find $(MODULE) /dev/null -type d -o -name '*.go' ! -name '*_test.go') \
	$(filter-out $(BUILT),$(shell find $(wildcard web) /dev/null ! -path '*/node_modules*' ! -name '*.tgz'))

# npm's packages for the tests and the linters, and the clients of the examples.
TOOLS = e2e/npm/node_modules/.package-lock.json

.PHONY: build dist texts run examples test bench bench-docs soak faults fuzz screenshots size release lint format check js-test audit clean FORCE

build: dist

dist: $(BUILT)
	@:

$(BUILT) &: $(SOURCES)
	@scripts/go.sh $(GO)
	@scripts/install.sh brotli
	@$(GO) run ./internal/cmd/dist $(if $(DEBUG),-debug)
	@touch $(BUILT)

# It changes when a build with names and lines (make dist DEBUG=1) comes after one
# without, or the other way round.
build/debug: FORCE
	@mkdir -p build
	@echo "$(DEBUG)" | cmp -s - $@ || echo "$(DEBUG)" >$@

# To be called after a change of web/texts/: takes out of it what a form needs with
# its first paint.
texts:
	@scripts/install.sh node
	node scripts/early.mjs >web/texts/early.js

# It builds and starts the program itself: a SIGTERM would end `go run` alone and
# leave the program running.
run:
	@scripts/go.sh $(GO)
	@scripts/install.sh brotli prosody
	@$(MAKE) --no-print-directory dist
	@$(GO) build -o build/serve ./internal/cmd/serve
	@exec build/serve -port $(PORT)

examples:
	@scripts/go.sh $(GO)
	@scripts/install.sh brotli node npm prosody
	@$(MAKE) --no-print-directory --silent dist $(TOOLS)
	@$(GO) build -o build/serve ./internal/cmd/serve
	@exec build/serve -port $(PORT) -examples

test:
	@scripts/go.sh $(GO)
	@scripts/install.sh brotli caddy chromium debootstrap ejabberd firefox gcc nginx node npm prosody webkit
	@test "$$(id -u)" != 0 || e2e/debian/trixie.sh >/dev/null # the tests of its servers need root too
	@$(MAKE) --no-print-directory lint dist size $(TOOLS)
	$(GO) test -race -count=1 -timeout=60m ./...
	cd internal/cmd/bench && $(GO) test -count=1 ./...
	@$(MAKE) --no-print-directory js-test

$(TOOLS): e2e/npm/package-lock.json
	@scripts/install.sh node npm
	@cd e2e/npm && npm ci
	@touch $@

# Go tests as js/wasm under Node. Most of the environment is left out, because
# wasm_exec.js has room for a few KiB only.
JS_TEST = env -i PATH="$$PATH" HOME="$$HOME" GOCACHE="$$($(GO) env GOCACHE)" GOMODCACHE="$$($(GO) env GOMODCACHE)" \
	GOPROXY="$$($(GO) env GOPROXY)" GOFLAGS="$$($(GO) env GOFLAGS)" $(JS) \
	$(GO) test -exec="$$($(GO) env GOROOT)/lib/wasm/go_js_wasm_exec"

js-test:
	@scripts/go.sh $(GO)
	@scripts/install.sh node
	$(JS_TEST) -count=1 $(JS_PACKAGES)

# How long each fuzz test runs.
TIME ?= 10s

fuzz:
	@scripts/go.sh $(GO)
	@scripts/fuzz.sh $(GO) $(TIME)

# How often each page is loaded, and how often what a loaded page does is done.
ROUNDS ?= 10
CYCLES ?= 200
BENCH_E2E = $(GO) test -run='^$$' -timeout=60m ./e2e -results="$(CURDIR)/build/bench"

# Writes the figures and plots into docs/. It takes about a quarter of an hour, in which
# the machine should do nothing else.
bench:
	@scripts/go.sh $(GO)
	@scripts/install.sh brotli chromium node npm prosody
	@$(MAKE) --no-print-directory dist $(TOOLS)
	@rm -rf build/bench && mkdir -p build/bench
	$(GO) test -run='^$$' -bench=. -benchmem $(JS_PACKAGES) >build/bench/native.txt
	$(JS_TEST) -run='^$$' -bench=. -benchmem $(JS_PACKAGES) >build/bench/wasm.txt
	$(BENCH_E2E) -bench='Cycle|Login' -benchtime=$(CYCLES)x
	$(BENCH_E2E) -bench='Start|MainThread|Memory' -benchtime=$(ROUNDS)x
	$(MAKE) --no-print-directory bench-docs

# Takes the pictures of the documentation from the real pages, with a real server.
screenshots:
	@scripts/go.sh $(GO)
	@scripts/install.sh brotli chromium prosody
	@$(MAKE) --no-print-directory dist
	$(GO) test -run='^TestPicturesOfTheDocumentationAreMade$$' -count=1 ./e2e -pictures="$(CURDIR)/docs"

# Writes what was measured last into docs/ once more.
bench-docs:
	cd internal/cmd/bench && $(GO) run . -from=../../../build/bench -parts=../../../build/parts.json -docs=../../../docs

# An hour of what a server and a page meet in a year. SOAK=5m makes it shorter.
SOAK ?= 1h
soak:
	@scripts/go.sh $(GO)
	@scripts/install.sh brotli chromium node npm prosody
	@$(MAKE) --no-print-directory dist $(TOOLS)
	$(GO) test -count=1 -timeout=0 -v -run='TestTwoHundred|TestUsersDo|TestManyPages|TestSlowLine|TestThousand' ./e2e \
		-soak=$(SOAK) -pages=50 -roundtrip=1.5s

# Each fault that a network can have, at each message of each operation, also with the
# newer servers where they can be used. Writes how many there were into docs/reliability.md.
faults:
	@scripts/go.sh $(GO)
	@scripts/install.sh brotli chromium debootstrap ejabberd prosody
	@test "$$(id -u)" != 0 || e2e/debian/trixie.sh >/dev/null
	@$(MAKE) --no-print-directory dist
	$(GO) test -count=1 -timeout=0 -v -run='^TestEveryFault|^TestNewerServers$$/^EveryFault' ./e2e -faults -reliability="$(CURDIR)/docs/reliability.md"

size: dist
	@scripts/go.sh $(GO)
	@$(GO) run ./internal/cmd/dist -size

# The version is checked first: it is no use to build what will be refused.
release:
	@scripts/go.sh $(GO)
	@$(GO) run ./internal/cmd/release -version "$(VERSION)" -check
	@scripts/install.sh brotli node npm
	@$(MAKE) --no-print-directory dist
	@$(GO) run ./internal/cmd/release -version "$(VERSION)"

check:
	@scripts/go.sh $(GO)
	@files="$$(gofmt -l .)"; test -z "$$files" || { echo "These files are not formatted; run \`make format\`: $$files"; exit 1; }
	$(GO) vet ./...
	cd internal/cmd/bench && $(GO) vet ./...
	$(JS) $(GO) vet $(JS_PACKAGES)

format: $(TOOLS)
	gofmt -w .
	@scripts/jslint.sh format

lint: check build/bin/staticcheck $(TOOLS)
	build/bin/staticcheck $(STATICCHECK_FLAGS) ./...
	cd internal/cmd/bench && ../../../build/bin/staticcheck ./...
	$(JS) build/bin/staticcheck $(STATICCHECK_FLAGS) $(JS_PACKAGES)
	@scripts/jslint.sh

# The tools' versions and hashes are in internal/tools, a Go module of its own.
GO_TOOLS = build/bin/staticcheck build/bin/govulncheck
$(GO_TOOLS) &: internal/tools/go.mod internal/tools/go.sum
	cd internal/tools && GOBIN="$(CURDIR)/build/bin" $(GO) install tool
	@touch $(GO_TOOLS)

# Known vulnerabilities. STRICT=1 fails if a database can't be reached.
audit: build/bin/govulncheck
	@scripts/go.sh $(GO)
	@scripts/install.sh node npm
	@STRICT="$(STRICT)" scripts/audit.sh

clean:
	rm -rf dist dist.new build $(BUILT)
