# Signet: `make run` to see it work, `make test` to check it.
export PATH := $(CURDIR)/target/tools/bin:$(PATH)
programs := -p signet-cli -p signet-agent -p signet-sandbox

.PHONY: help setup build run test bench soak lint

help: ## what there is
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

setup: ## install what is missing (system packages, the tests' runner)
	@scripts/setup

build: ## the three programs, for development
	cargo build $(programs)

run: ## the main job against the sandbox, in a throw-away home
	@scripts/setup --run-only
	cargo build $(programs)
	scripts/with-keyring target/debug/signet demo

test: ## format, lint and every test but the slow ones
	@scripts/setup
	@scripts/test

bench: ## the benchmark table (optimised build)
	@scripts/setup
	cargo build --release $(programs)
	cargo build --release -p signet-crypto -p signet-audit --examples
	scripts/with-keyring scripts/bench

soak: ## what is slow: long crash runs, fuzzing
	@scripts/setup
	@scripts/soak

lint: ## format and lint only
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- --deny warnings
