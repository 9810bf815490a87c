# What a newcomer needs is `make up` and `make test`; `make help` lists the rest. Everything is done by Go: this file only
# names it.
.DEFAULT_GOAL := help
SHELL := /bin/sh

# A stack other than the one that was used last, or that this machine chooses: make up STACK=dev
STACK ?=
# Where deploy and rollback ask the backend whether it is what was deployed, if not where the stack says
URL ?=
# The number of the release to bring back: make rollback TO=3
TO ?=
# What kubectl is called with, and further flags of deploy: make kubectl ARGS='get pods -A', make deploy ARGS=--cleanup
ARGS ?=

# Every module stands alone: those outside the workspace anyhow, and Pulumi builds infra with GOWORK=off.
MODULES := app infra ops tools airgap/build airgap

# The modules that make test is about: what is deployed, and what deploys it. The documents are checked with them.
ESSENTIAL := app infra ops tools/internal/docs

ASHAPP := .bin/ashapp $(if $(STACK),--stack $(STACK))

# The tools that tools/go.mod pins, by the name of their program.
TOOL_golangci-lint := github.com/golangci/golangci-lint/v2/cmd/golangci-lint
TOOL_actionlint := github.com/rhysd/actionlint/cmd/actionlint
TOOL_govulncheck := golang.org/x/vuln/cmd/govulncheck
TOOLS := .bin/golangci-lint .bin/actionlint .bin/govulncheck

# make unit COVER=yes leaves a coverage profile of every module here: app.out, airgap-node.out
COVER ?=
COVERAGE := .bin/coverage

# airgap/ runs on Linux only and is compiled as airgap/build compiles it, so that every package is compiled once. The profile of
# app/ would have everything that app/ needs compiled once more.
ALONE := export GOWORK=off; case $$module in airgap*) export GOOS=linux CGO_ENABLED=0 GOFLAGS=-trimpath;; *) export GOFLAGS=-pgo=off;; esac

# Only packages that have tests: the others would be compiled for nothing.
WITH_TESTS := $$(go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./...)

# Every package but two: they only link Kubernetes and the plugin for it, and to look at them means to look at all of that.
PACKAGES := $$(go list ./... | grep -v -e /cmd/kube$$ -e /cmd/pulumi-resource-kubernetes$$ | sed "s,^$$(go list -m),.,")

# The tests of the air-gapped node and toolchain need Linux.
TESTED := $(if $(filter Linux,$(shell uname -s)),$(MODULES),app infra ops tools)

comma := ,

# $(call each,modules,what is done,command): the command is run in each module's folder, and finds the checkout as "$$root". Nothing
# else here is the checkout's path, which may have a space, # or %, as make cannot have it.
each = @set -e; root=$$PWD; for module in $(1); do echo "$(2) $$module"; ($(ALONE); cd $$module; $(3)); done

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^##@ / { printf "\n%s\n", substr($$0, 5) } /^[a-z0-9-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ Start

.PHONY: up
up: .bin/ashapp ## Create or update the cluster, the image and the backend, and wait until it answers (STACK=dev, airgap or prod)
	@$(ASHAPP) up

.PHONY: preview
preview: .bin/ashapp ## Show what up would change
	@$(ASHAPP) preview

.PHONY: down
down: .bin/ashapp ## Remove everything that up has created; asks for the name of a stack on an existing cluster
	@$(ASHAPP) down

.PHONY: tools
tools: .bin/ashapp ## Install the Pulumi command line and plugins below .tools, and nothing else
	@$(ASHAPP) tools

.PHONY: doctor
doctor: .bin/ashapp ## Check everything that the stack needs, and say how to fix what is missing
	@$(ASHAPP) doctor

##@ Release

.PHONY: deploy
deploy: .bin/ashapp ## Release this version, verify it, and roll back if that fails (URL=, ARGS=--cleanup)
	@$(ASHAPP) deploy $(ARGS) $(if $(URL),--url "$$URL")

.PHONY: rollback
rollback: .bin/ashapp ## Go back to the last good release, or to the one with a number (TO=3)
	@$(ASHAPP) rollback $(if $(TO),--to "$$TO") $(if $(URL),--url "$$URL")

.PHONY: history
history: .bin/ashapp ## List the releases with number, time, state, commit and digest
	@$(ASHAPP) history

.PHONY: drift
drift: .bin/ashapp ## Compare the cluster with the state; fails if they differ, and changes neither
	@$(ASHAPP) drift

##@ Look

.PHONY: status
status: .bin/ashapp ## Show cluster, release, pods and URL in a few lines; fails if something is wrong
	@$(ASHAPP) status

# A machine without a screen gets the URL alone.
.PHONY: open
open: .bin/ashapp ## Open the backend in the browser
	@url=$$($(ASHAPP) outputs | sed -n 's/^ *"url": "\(.*\)",*$$/\1/p'); [ -n "$$url" ] || { echo "error: the stack is not up: run make up"; exit 1; }; \
		echo "$$url"; for opener in xdg-open open; do command -v $$opener >/dev/null && exec $$opener "$$url" || true; done

# status and drift fail where something is wrong, which the page is to show.
.PHONY: report
report: .bin/ashapp .bin/report ## Draw the stack as an HTML page, .bin/stack/report.html: status, releases, objects, drift
	@mkdir -p .bin/stack; for command in status history drift; do $(ASHAPP) $$command --output json >.bin/stack/$$command.json || true; done
	@.bin/report .bin/stack && echo "$$PWD/.bin/stack/report.html"

.PHONY: logs
logs: .bin/ashapp ## Show the last lines that the backend's pods have logged
	@$(ASHAPP) logs

.PHONY: kubeconfig
kubeconfig: .bin/ashapp ## Write the local cluster's kubeconfig and print the line that makes kubectl use it
	@$(ASHAPP) kubeconfig

.PHONY: kubectl
kubectl: .bin/ashapp ## Run kubectl on the stack's cluster (ARGS='get pods -A')
	@$(ASHAPP) kubectl $(ARGS)

##@ Test

# Compiled as Pulumi compiles the program, without the race detector, so that make up and this share every package.
.PHONY: test
test: .bin/unittest ## Run the unit tests of the backend, of what deploys it, and of the docs
	@.bin/unittest $(ESSENTIAL)

# Each package is compiled twice, once as it is and once for the race detector; vet and the linters share the first.
.PHONY: check
check: check-format check-tidy vet lint actionlint unit fuzz ## Check all that needs no cluster: format, vet, linters, every module's tests with the race detector, fuzzing

.PHONY: lint
lint: .bin/golangci-lint ## Run the linters
	$(call each,$(MODULES),linting,"$$root/.bin/golangci-lint" run --build-tags e2e$(comma)integration $(PACKAGES))

.PHONY: e2e
e2e: .bin/ashapp ## Run the end-to-end tests on a cluster of their own
	@$(ASHAPP) exec go test -C infra -tags e2e -count=1 -v -timeout 40m ./e2e

# The node and the plugins on the real engine, and the kubernetes plugin on the cluster that is up.
.PHONY: integration
integration: kubeconfig ## Test the parts of airgap/ on the engine and on the cluster that make up has started
	$(call each,airgap,testing on the engine and the cluster, \
		ASHAPP_KUBECONFIG="$$root/.state/kubeconfig" ASHAPP_PLUGINS="$$root/.tools/airgap/bin" \
		go test -tags integration -count=1 -run 'Integration|Real|LifeOf|Failures|Kubernetes' ./node/integration ./plugins/integration ./plugins/internal/docker)

# Go decides whether the programs are up to date, in a tenth of a second where it neither asks Git nor collects its garbage.
.PHONY: .bin/ashapp
.bin/ashapp:
	@[ -e $@ ] || echo "compiling the command behind make: two minutes on 2 CPUs when nothing is compiled yet" >&2
	@GOGC=400 GOWORK=off go build -C ops -buildvcs=false -o ../$@ ./cmd/ashapp

.PHONY: .bin/docs
.bin/docs:
	@GOGC=400 GOWORK=off go build -C tools -buildvcs=false -o ../$@ ./cmd/docs

.PHONY: .bin/report
.bin/report:
	@GOGC=400 GOWORK=off go build -C tools -buildvcs=false -o ../$@ ./cmd/report

.PHONY: .bin/unittest
.bin/unittest:
	@[ -e $@ ] || echo "compiling the command that runs the tests"
	@GOGC=400 GOWORK=off go build -C tools -buildvcs=false -o ../$@ ./cmd/unittest

# The rooms of the command behind this file that differ by system; the rest would mean to compile a client of Kubernetes for each.
PORTABLE := ./internal/child ./internal/localstack/... ./internal/toolchain

.PHONY: vet
vet:
	$(call each,$(MODULES),vetting,go vet -tags e2e$(comma)integration $(PACKAGES))
	$(call each,ops,vetting for macOS,GOOS=darwin go vet $(PORTABLE))
	$(call each,ops,vetting for Windows,GOOS=windows go vet $(PORTABLE))

# go test does not look whether files outside of a module have changed, such as the documents and workflows that tools/ is about.
UNCACHED := $$([ $$module != tools ] || echo -count=1)

.PHONY: unit
unit:
	$(call each,$(TESTED),testing,unset CGO_ENABLED; \
		go test -race $(UNCACHED) $(if $(COVER),-coverprofile="$$root/$(COVERAGE)/$$(echo $$module | tr / -).out") $(WITH_TESTS))

# Beyond the seeds, which unit has tried. A failure leaves its input below testdata, as a seed from then on.
FUZZTIME ?= 20s
.PHONY: fuzz
fuzz: ## Have random input tried on what reads headers, for FUZZTIME each (20s)
	$(call each,app,fuzzing,for target in $$(go test -list '^Fuzz' ./internal/server | grep '^Fuzz'); do \
		go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) ./internal/server; done)

# Each mutant is one change of the code that a test must notice; app/survivors.txt says why some may go unnoticed.
.PHONY: mutate-app
mutate-app: ## Break the backend one line at a time, and fail where its tests do not notice (MUTANTS= some of them)
	@GOWORK=off GOFLAGS=-pgo=off go run -C tools ./cmd/mutate -C ../app -survivors ../app/survivors.txt -args '-test.short -test.skip=TenThousand -test.parallel=16' -only "$(MUTANTS)" ./internal/server ./contract

# The same tests as unit's, and what they reach.
.PHONY: cover
cover: ## Run the unit tests and print the coverage of every module
	@mkdir -p $(COVERAGE)
	@$(MAKE) --no-print-directory unit COVER=yes
	$(call each,$(TESTED),covered in,go tool cover -func="$$root/$(COVERAGE)/$$(echo $$module | tr / -).out" | tail -n 1)

.PHONY: check-format
check-format: ## Fail if gofmt would change a Go file
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); \
		[ -z "$$unformatted" ] || { echo "error: gofmt -w would change:"; echo "$$unformatted"; exit 1; }

.PHONY: check-tidy
check-tidy: ## Fail if go mod tidy would change a module
	$(call each,$(MODULES),checking go.mod of,go mod tidy -diff)

.PHONY: actionlint
actionlint: .bin/actionlint ## Lint the GitHub workflows
	@.bin/actionlint

# What is deployed and what deploys it. airgap/ stays on the versions that package mirrors have, and runs nowhere else.
.PHONY: vulncheck
vulncheck: .bin/govulncheck ## Look for known vulnerabilities in what the code calls (asks vuln.go.dev)
	$(call each,app infra ops,looking for vulnerabilities in,"$$root/.bin/govulncheck" $${GOVULNDB:+-db $$GOVULNDB} ./... || { code=$$?; [ $$code = 3 ] || \
		echo "error: govulncheck could not do its work: it needs the database on https://vuln.go.dev or in GOVULNDB"; exit $$code; })

##@ Maintain

# The local stack is taken down before, so that the picture shows a first run with the tools there.
.PHONY: docs
docs: reference .bin/ashapp .bin/docs ## Write the generated documentation, and record the picture in the README from a real run (removes the local stack)
	@$(ASHAPP) down
	@env -u MAKELEVEL -u MAKEFLAGS .bin/docs terminal "make up" "curl -s http://127.0.0.1:30080/" "make status" docs/terminal.svg
	@$(ASHAPP) down

.PHONY: reference
reference: .bin/ashapp .bin/docs ## Write the generated parts of the documentation: settings, targets, commands, plots
	@.bin/docs settings Pulumi.yaml docs/reference/settings.md
	@.bin/docs targets Makefile .github/pipeline.mk airgap/rehearsal.mk docs/reference/commands.md
	@.bin/ashapp reference | .bin/docs insert ashapp docs/reference/commands.md
	@for table in docs/performance/*.csv; do .bin/docs bars $$table $${table%.csv}.svg || exit 1; done

.PHONY: github-setup
github-setup: ## Set environments, secrets and variables of the repository on GitHub, by gh, after asking for them
	@GOWORK=off go -C tools build -o ../.bin/githubsetup ./cmd/githubsetup
	@.bin/githubsetup

# On a machine that does nothing else, or the figures mean little. What it prints is for benchstat.
COUNT ?= 10
.PHONY: bench-app
bench-app: ## Measure the backend against its budgets, beside a bare handler (COUNT= times; wants wrk)
	@cd app && GOWORK=off go test -run '^$$' -bench . -count $(COUNT) ./internal/server
	@cd app && GOWORK=off go test -run '^$$' -bench . -benchtime 1x -count $(COUNT) ./bench

.PHONY: profile-app
profile-app: ## Record app/default.pgo again, by which the compiler optimises the backend
	@cd app && GOWORK=off GOFLAGS=-pgo=off go test -run '^$$' -bench Loopback/backend -benchtime 20s -cpuprofile default.pgo -outputdir . -o /dev/null ./internal/server

$(TOOLS): tools/go.mod tools/go.sum
	@echo "building $(@F)"
	@GOWORK=off go build -C tools -o ../$@ $(TOOL_$(@F))

include .github/pipeline.mk
-include airgap/rehearsal.mk
