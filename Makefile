# cdbgate: build, judge the samples, test, lint, measure.

GO      ?= go
BIN     := bin/cdbgate
SAMPLES := testdata/repos

# Tools at pinned versions, run through the module proxy; they are no dependency of the module.
GOFUMPT     := mvdan.cc/gofumpt@v0.9.2
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: all build check test lint bench fuzz clean

all: build

build:
	$(GO) build -trimpath -o $(BIN) ./cmd/cdbgate

# Judge the two sample repositories: one breaks the policy (exit status 1), one follows it (exit status 0). They are judged as
# copies and as on a developer's machine: what changes here is no change of theirs.
check: build
	@rm -rf bin/_samples && cp -R $(SAMPLES) bin/_samples
	@status=0; CI= $(BIN) check -C bin/_samples/shop || status=$$?; \
	if [ $$status -ne 1 ]; then echo "$(SAMPLES)/shop: exit status $$status, 1 was expected" >&2; exit 1; fi
	@echo
	@CI= $(BIN) check -C bin/_samples/ready

# The Go tests with the race detector, then those in full of which it allows a sample only, then the tests of the rules.
test: build
	$(GO) test -race -timeout 20m ./...
	$(GO) test ./pkg/openapi
	$(BIN) policy test --threshold 95
	$(BIN) policy coverage --threshold 95

lint:
	$(GO) vet ./...
	@out=$$($(GO) run $(GOFUMPT) -l cmd pkg policies); if [ -n "$$out" ]; then echo "not gofumpt-clean:"; echo "$$out"; exit 1; fi
	$(GO) run $(STATICCHECK) ./...

# Paired runs against the tools next door; writes docs/benchmarks.md. BENCH_MANIFESTS names a folder of real manifests.
bench: build
	$(GO) run ./cmd/benchmark -manifests "$(BENCH_MANIFESTS)" -out docs/benchmarks.md

# A short run of every fuzz target.
FUZZTIME ?= 30s
fuzz:
	@for pkg in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
			$(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
		done; \
	done

clean:
	rm -rf bin
