# make demo   builds uptake and makes the reports of both examples in out/demo
# make test   builds and runs every test
# make serve  builds uptake and serves the invented example at http://127.0.0.1:8080
# make bench  measures uptake beside other tools (SIZE=1m, 3m, 10m, or smoke for counts only)

SIZE ?= 1m
BUILD_FLAGS = --explicit-target-dependency-import-check error

.PHONY: help setup demo serve test bench clean

help:
	@sed -n 's/^# //p' Makefile

setup:
	@scripts/setup.sh build

demo: setup
	swift build -c release $(BUILD_FLAGS)
	@scripts/demo.sh .build/release/uptake

serve: setup
	swift build -c release $(BUILD_FLAGS)
	@scripts/serve.sh .build/release/uptake

test:
	@scripts/setup.sh build test
	swift build --build-tests $(BUILD_FLAGS)
	UPTAKE=$(CURDIR)/.build/debug/uptake Benchmarks/run.sh smoke
	/usr/bin/python3 Tests/Kills/kills.py --program .build/debug/uptake --home . --runs 50 --jobs 2
	/usr/bin/python3 Tests/Kills/deliveries.py --program .build/debug/uptake --home . --runs 30
	swift test --skip-build

bench: setup
	UPTAKE_MEASURE=1 swift build -c release $(BUILD_FLAGS)
	Benchmarks/run.sh $(SIZE)

clean:
	rm -rf .build out
