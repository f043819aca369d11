# Signet: `make run` to see it work, `make test` to check it.
export PATH := $(CURDIR)/target/tools/bin:$(PATH)
programs := -p signet-app -p signet-cli -p signet-agent -p signet-sandbox

.PHONY: help setup page build run demo test package package-test bench soak lint

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

setup: ## install what is missing (system packages, the page's packages, the tests' runner)
	@scripts/setup

page: ## the window's page, into ui/dist
	cd ui && npm run --silent build

build: page ## the four programs, for development
	cargo build $(programs)

run: ## the window with the practice, in the sandbox and a throw-away home
	@scripts/setup --run-only
	@scripts/run

demo: ## the same job in the terminal
	@scripts/setup --run-only
	@scripts/run --terminal

test: ## format, lint and every test but the slow ones
	@scripts/setup
	@scripts/test

package: ## .deb and .rpm, into target/package
	@scripts/setup
	@scripts/package

package-test: ## the release build refuses automation, is quick, installs into a clean system
	@scripts/setup
	@scripts/package-test

bench: ## the benchmark table (optimised build)
	@scripts/setup
	cargo build --release -p signet-cli -p signet-agent -p signet-sandbox -p signet-load
	cargo build --release -p signet-core -p signet-crypto -p signet-audit --examples
	scripts/with-keyring scripts/bench

soak: ## what is slow: long crash runs, fuzzing
	@scripts/setup
	@scripts/soak

lint: ## format and lint only
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- --deny warnings
