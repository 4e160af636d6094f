# Witan: everything a contributor or a newcomer runs. `make run` and `make test` set up what they need.
.PHONY: run test soak lint bench docs conformance clean

# The same flags everywhere: another set would build everything anew.
SWIFT_BUILD = swift build -c release --explicit-target-dependency-import-check error

# Builds the program and shows the council at work; options go through, as in: make run ARGS="--port 8080"
run:
	@scripts/setup.sh
	@$(SWIFT_BUILD) --product witan
	@exec .build/release/witan run $(ARGS)

# Builds everything with the import check on, then runs all tests.
test:
	@scripts/setup.sh
	$(SWIFT_BUILD) --build-tests
	# One test at a time: some wait for processes and disks, and would starve those that wait for tasks.
	swift test -c release --skip-build --no-parallel

# As many broken worlds as SEEDS says, beginning with FIRST: members, network, host and disk that fail at random.
SEEDS ?= 20000
FIRST ?= 0
soak:
	@scripts/setup.sh
	$(SWIFT_BUILD) --build-tests
	WITAN_SOAK_SEEDS=$(SEEDS) WITAN_SOAK_FIRST=$(FIRST) swift test -c release --skip-build --filter 'ProtocolRunTests.*broken worlds'

# Formatting, documentation of public names, and imports that point downward only.
lint:
	@scripts/setup.sh
	swift format lint --strict --configuration .swift-format -r Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources
	$(SWIFT_BUILD) --build-tests

# Long checks with foreign clients: API fuzzing, flood and slow connections, SIGKILL under load.
conformance:
	@scripts/setup.sh
	@scripts/conformance.sh

# Our figures beside the peers': see docs/benchmarks.md for what each needs. One part: make bench PART=learners
bench:
	@scripts/setup.sh
	@scripts/bench.sh $(PART)

# The reference of every public module, as a static site under .build-docs.
docs:
	@scripts/setup.sh
	@scripts/docs.sh

clean:
	rm -rf .build .build-* Benchmarks/.build Benchmarks/.build-*
