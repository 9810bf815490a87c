# What the workflows call besides the targets of the Makefile. All of it runs on a plain machine as well.

# The program in the image that was built last.
PROGRAM ?= infra/.bin/image/linux_amd64/backend

.PHONY: outputs
outputs: .bin/ashapp .bin/pipeline ## Print what is deployed as name=value: url, namespace, image, repository, digest
	@outputs=$$($(ASHAPP) outputs) && echo "$$outputs" | .bin/pipeline outputs

.PHONY: sbom
sbom: .bin/pipeline ## Print what the program in the image is made of, as SPDX (COMMIT= is its version)
	@.bin/pipeline sbom $(PROGRAM)

.PHONY: on-main
on-main: ## Fail unless origin/main contains the commit that is checked out
	@git merge-base --is-ancestor HEAD origin/main || { echo "error: origin/main does not contain $$(git rev-parse HEAD)"; exit 1; }

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
