# What the workflows call besides the targets of the Makefile. All of it runs on a plain machine as well.

##@ Pipeline

# The program in the image that was built last.
PROGRAM ?= $(firstword $(wildcard infra/.bin/image/*/backend))

# A fresh checkout has the program only where it was built: not where image.ref names an image.
.PHONY: outputs
outputs: .bin/ashapp .bin/pipeline ## Print what is deployed as name=value: url, namespace, image, repository, digest, built
	@outputs=$$($(ASHAPP) outputs) && echo "$$outputs" | .bin/pipeline outputs
	@[ -z "$(PROGRAM)" ] || echo built=yes

.PHONY: sbom
sbom: .bin/pipeline ## Print what the program in the image is made of, as SPDX
	@COMMIT=$$(git log -1 --format=%H -- app) .bin/pipeline sbom $(PROGRAM)

.PHONY: on-main
on-main: ## Fail unless origin/main contains the commit that is checked out
	@git merge-base --is-ancestor HEAD origin/main || { echo "error: origin/main does not contain $$(git rev-parse HEAD)"; exit 1; }

# While the tests of this commit ran, main may have got another one, which has a run of its own.
.PHONY: newest
newest: ## Print newest=yes, or newest=no where origin/main has moved on from the commit that is checked out
	@if [ "$$(git rev-parse HEAD)" = "$$(git rev-parse origin/main)" ]; then echo newest=yes; else echo newest=no; \
		echo "main has moved on to $$(git rev-parse origin/main), which is deployed instead" >>"$${GITHUB_STEP_SUMMARY:-/dev/stderr}"; fi

# The commits that are new since this.
BASE ?= origin/main

.PHONY: check-commits
check-commits: ## Fail if a commit since BASE (origin/main) has a subject of more than 72 characters
	@subjects=$$(git log --no-merges --format='%h %s' $(BASE)..HEAD) || exit 1; \
		long=$$(echo "$$subjects" | awk 'length(substr($$0, index($$0, " ") + 1)) > 72'); \
		[ -z "$$long" ] || { echo "error: subjects of more than 72 characters: git rebase --interactive $(BASE)"; echo "$$long"; exit 1; }

.PHONY: require
require: .bin/pipeline ## Fail if a variable that the stack needs is empty (STACK=, NAMES='KUBECONFIG PULUMI_BACKEND_URL')
	@.bin/pipeline require Pulumi.$(STACK).yaml $(NAMES)

.PHONY: report-times
report-times: .bin/pipeline ## Summarise how long each job of this run took
	@.bin/pipeline times

# The command and the systems that it is published for.
SYSTEMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64

.PHONY: release-notes
release-notes: .bin/pipeline ## Print the entry of CHANGELOG.md for the version (TAG=v1.2.3), which must be that of the command
	@.bin/pipeline notes CHANGELOG.md ops/cmd/ashapp/version.go "$$TAG"

.PHONY: release-binaries
release-binaries: ## Build the command for every system into .bin/release, with their checksums
	@rm -rf .bin/release; mkdir -p .bin/release; root=$$PWD; for system in $(SYSTEMS); do echo "building for $$system"; \
		CGO_ENABLED=0 GOWORK=off GOFLAGS= GOOS=$${system%/*} GOARCH=$${system#*/} go build -C ops -trimpath -buildvcs=false -ldflags='-s -w' \
			-o "$$root/.bin/release/ashapp_$${system%/*}_$${system#*/}" ./cmd/ashapp || exit 1; done
	@cd .bin/release && sha256sum ashapp_* >SHA256SUMS

.PHONY: release-publish
release-publish: ## Publish what release-binaries has built on GitHub (TAG=, NOTES=FILE)
	@gh release create "$$TAG" --verify-tag --title "$$TAG" --notes-file "$$NOTES" .bin/release/*

# A runner of one's own may have a kubeconfig already. That one is neither overwritten nor removed; the second file marks ours, also
# for the job after one that was killed.
.PHONY: kubeconfig-install
kubeconfig-install: kubeconfig-remove ## Write $KUBECONFIG_CONTENT to ~/.kube/config, where there is no other one
	@umask 077; mkdir -p ~/.kube; printenv KUBECONFIG_CONTENT | cmp -s - ~/.kube/config || \
		{ set -C; printenv KUBECONFIG_CONTENT >~/.kube/config && touch ~/.kube/config.pipeline; }

.PHONY: kubeconfig-remove
kubeconfig-remove: ## Remove what kubeconfig-install has written
	@[ ! -e ~/.kube/config.pipeline ] || rm -f ~/.kube/config ~/.kube/config.pipeline

.PHONY: report-preview
report-preview: .bin/pipeline ## Summarise previews (PREVIEWS='dev=FILE prod=FILE') and comment on $PULL_REQUEST
	@.bin/pipeline preview $(PREVIEWS)

.PHONY: report-drift
report-drift: .bin/pipeline ## Open, update or close the issue about drift (STACK=, OUTCOME=success or failure, FILE=)
	@.bin/pipeline drift $(STACK) $(OUTCOME) "$$FILE"

.PHONY: report-deployment
report-deployment: .bin/pipeline ## Summarise a deployment (STACK=, FILE=)
	@.bin/pipeline deployment $(STACK) "$$FILE"

.PHONY: .bin/pipeline
.bin/pipeline:
	@GOWORK=off go build -C tools -o ../$@ ./cmd/pipeline
