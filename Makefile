# The commands of this project. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help demo test check fmt

help: ## Show these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1 \t\2/p' $(MAKEFILE_LIST)

demo: ## Build Countersign and start it with demo accounts and a sandbox inbox
	cargo build --locked --package countersign
	@exec cargo run --quiet --locked --package countersign -- demo

test: ## Install and start what the tests need, run everything, stop it again
	@scripts/install-test-packages
	@scripts/fetch-axe
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- --deny warnings
	@if cargo deny --version >/dev/null 2>&1; then cargo deny --offline check bans licenses sources; fi
	COUNTERSIGN_FUZZ_SECONDS=$${COUNTERSIGN_FUZZ_SECONDS:-60} scripts/with-services cargo test --locked --workspace --no-fail-fast

check: ## The quick part of the tests: format, lints, and the pure rules
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- --deny warnings
	cargo test --locked --quiet --package countersign-core

fmt: ## Format the code
	cargo fmt --all
