package cdbgate.delivery_gate_test

import data.cdbgate.delivery_gate

classes(changes) := found if {
	found := {[c.class, c.why] | some c in delivery_gate.classes} with input as {
		"document": a_change(changes).document, "now": now, "context": {"subject": "change"},
	}
}

# content is what a file says it is, with changes.
content(changes) := {"content": object.union(
	{"objects": [], "compose": false, "dockerfile": false, "terraform": false, "chart": false, "unreadable": "", "pipeline": null},
	changes,
)}

an_object(version, kind, name) := {"api_version": version, "kind": kind, "namespace": "", "name": name, "line": 1}

test_classes_none if {
	classes({}) == set()
	classes(content({})) == set()
	classes({"matches": {"not_infrastructure": ["**/*.md"]}}) == set()
	classes({"mentions_gate": true}) == set()
}

test_infrastructure_by_path if {
	classes({"matches": {"infrastructure": ["infra/**", "**/*.tf"]}}) == {["infrastructure", "its path fits infra/**"]}
	classes({"matches": {"infrastructure": ["infra/**"], "not_infrastructure": ["**/*.md"]}}) == set()
}

# A rename counts for either name: neither into the notes nor out of them is a way around.
test_infrastructure_by_the_old_path if {
	moved := {"from_matches": {"infrastructure": ["infra/**"]}}
	classes(moved) == {["infrastructure", "its path fits infra/**"]}
	classes(object.union(moved, {"matches": {"infrastructure": ["infra/**"], "not_infrastructure": ["**/*.md"]}})) == {[
		"infrastructure",
		"its path fits infra/**",
	]}
	classes({"matches": {"infrastructure": ["deploy/**"]}, "from_matches": {"not_infrastructure": ["**/*.md"]}}) == {[
		"infrastructure",
		"its path fits deploy/**",
	]}
}

test_infrastructure_only_in_scope if {
	classes({"in_scope": false, "matches": {"infrastructure": ["infra/**"]}}) == set()
	classes({"in_scope": false, "matches": {"rules": [".cdbgate.yaml"]}}) == {["gate-rules", "the gate's own rules are read from it"]}
}

test_infrastructure_by_content if {
	every changes, why in {
		{"objects": [an_object("v1", "Service", "web")]}: "it holds v1 Service web",
		{"objects": [an_object("v1", "List", ""), an_object("v1", "Service", "web")]}: "it holds v1 List",
		{"compose": true}: "it describes Compose services",
		{"dockerfile": true}: "it builds an image",
		{"terraform": true}: "it holds Terraform",
		{"chart": true}: "it describes a chart",
		{"unreadable": "line 3: a key was expected"}: "it looks like a manifest and cannot be read: line 3: a key was expected",
	} {
		classes(content(changes)) == {["infrastructure", why]}
	}
}

# What a manifest says beats the name of a note.
test_infrastructure_by_content_of_a_note if {
	doc := object.union(content({"objects": [an_object("v1", "Service", "web")]}), {"matches": {"not_infrastructure": ["**/*.md"]}})
	classes(doc) == {["infrastructure", "it holds v1 Service web"]}
}

test_infrastructure_by_several if {
	classes(object.union(content({"compose": true, "terraform": true}), {"matches": {"infrastructure": ["infra/**"]}})) == {
		["infrastructure", "its path fits infra/**"], ["infrastructure", "it describes Compose services"],
		["infrastructure", "it holds Terraform"],
	}
}

test_foreign_objects if {
	foreign_only := [an_object("backstage.io/v1alpha1", "Component", "web")]
	classes(content({"objects": foreign_only})) == set()
	classes(content({"objects": array.concat(foreign_only, [an_object("v1", "Secret", "db")])})) == {["infrastructure", "it holds v1 Secret db"]}
}

test_foreign_versions if {
	{v | some v in foreign_versions; not delivery_gate.foreign(an_object(v, "X", ""))} == set()
	{v | some v in versions_of_clusters; delivery_gate.foreign(an_object(v, "X", ""))} == set()
	delivery_gate.foreign(an_object("v1", "X", "")) with data.cdbgate.params.foreign_api_versions as ["^v1$"]
}

pipeline(changes) := content({"pipeline": object.union(
	{"system": "github-actions", "environments": [], "uses": [], "commands": [], "unparsed": false},
	changes,
)})

test_infrastructure_by_deploying if {
	every changes, why in {
		{"environments": ["staging", "production"]}: "it deploys: environment staging",
		{"uses": ["actions/checkout@v4", "azure/k8s-deploy@v5"]}: "it deploys: azure/k8s-deploy@v5",
		{"commands": ["make test", "kubectl apply -f x"]}: "it deploys: kubectl apply -f x",
		{"environments": ["staging"], "uses": ["azure/k8s-deploy@v5"], "commands": ["helm upgrade x"]}: "it deploys: environment staging",
		{"uses": ["azure/k8s-deploy@v5"], "commands": ["helm upgrade x"]}: "it deploys: azure/k8s-deploy@v5",
	} {
		classes(pipeline(changes)) == {["infrastructure", why]}
	}
	classes(pipeline({"uses": ["actions/checkout@v4"], "commands": ["make test", ""]})) == set()
}

deploys(text, list) if delivery_gate.deploys(text, data.cdbgate.params[list])

# The sets name what is judged wrongly.
test_deploying_actions if {
	{a | some a in deploying_actions; not deploys(a, "deploy_actions")} == set()
	{a | some a in other_actions; deploys(a, "deploy_actions")} == set()
}

test_deploying_commands if {
	{c | some c in deploying_commands; not deploys(c, "deploy_commands")} == set()
	{c | some c in other_commands; deploys(c, "deploy_commands")} == set()
}

test_deploying_by_parameters if {
	classes(pipeline({"commands": ["ship it"]})) == {["infrastructure", "it deploys: ship it"]} with data.cdbgate.params.deploy_commands as ["^ship "]
	classes(pipeline({"uses": ["acme/ship@v1"]})) == {["infrastructure", "it deploys: acme/ship@v1"]} with data.cdbgate.params.deploy_actions as ["/ship@"]
}

test_infrastructure_as_a_part if {
	classes({"part": "kustomization deploy/kustomization.yaml"}) == {["infrastructure", "it is part of kustomization deploy/kustomization.yaml"]}
	classes({"part": "chart charts/web"}) == {["infrastructure", "it is part of chart charts/web"]}
}

# A chart's notes are for people. Those that a kustomization or a Compose file names are taken along.
test_notes_as_a_part if {
	notes := {"matches": {"not_infrastructure": ["**/*.md"]}}
	classes(object.union({"part": "chart charts/web"}, notes)) == set()
	classes(object.union({"part": "compose file compose.yaml"}, notes)) == {["infrastructure", "it is part of compose file compose.yaml"]}
}

test_approval_by_path if {
	said := {["approval", "it is the approval file"]}
	classes({"matches": {"approval": [approval.path]}}) == said
	classes({"from_matches": {"approval": [approval.path]}}) == said
	classes({"matches": {"approval": [approval.path], "rules": ["knowledge/**"]}}) == said
}

test_rules_by_path if {
	said := {["gate-rules", "the gate's own rules are read from it"]}
	classes({"matches": {"rules": [".cdbgate.yaml"]}}) == said
	classes({"from_matches": {"rules": [".cdbgate.yaml"]}}) == said
}

test_rules_by_what_runs_the_gate if {
	runner := {"matches": {"runners": [".github/workflows/**"]}}
	classes(object.union(runner, {"mentions_gate": true})) == {["gate-rules", "it runs the gate"]}
	classes({"from_matches": {"runners": [".github/workflows/**"]}, "mentions_gate": true}) == {["gate-rules", "it runs the gate"]}
	classes(runner) == set()
}

test_several_classes if {
	doc := object.union(
		pipeline({"environments": ["production"]}),
		{"matches": {"runners": [".github/workflows/**"], "rules": [".github/**"]}, "mentions_gate": true},
	)
	classes(doc) == {
		["infrastructure", "it deploys: environment production"], ["gate-rules", "it runs the gate"],
		["gate-rules", "the gate's own rules are read from it"],
	}
}

foreign_versions := [
	"backstage.io/v1alpha1", "backstage.io/v1beta1", "kind.x-k8s.io/v1alpha4", "ctlptl.dev/v1alpha1",
]

versions_of_clusters := [
	"v1", "apps/v1", "kustomize.config.k8s.io/v1beta1", "argoproj.io/v1alpha1", "kustomize.toolkit.fluxcd.io/v1",
	"cluster.x-k8s.io/v1beta1", "infrastructure.cluster.x-k8s.io/v1beta1", "kubeadm.k8s.io/v1beta3", "notbackstage.io/v1",
	"backstage.io.evil/v1", "rhdh.redhat.com/v1alpha3", "kyverno.io/v1", "templates.gatekeeper.sh/v1", "kind.x-k8s.iox/v1",
]

deploying_actions := [
	"azure/k8s-deploy@v5", "aws-actions/amazon-ecs-deploy-task-definition@v2", "google-github-actions/deploy-cloudrun@v2",
	"actions/deploy-pages@v4", "steebchen/kubectl@v2", "actions-hub/kubectl@v1", "deliverybot/helm@v1",
	"koslib/helm-eks-action@v1", "dflook/terraform-apply@v1", "easingthemes/ssh-deploy@v5", "burnett01/rsync-deployments@v7",
	"./.github/workflows/deploy.yml", "./.github/actions/deploy",
	"acme/infra/.github/workflows/release-to-production.yml@main", "omegion/argocd-action@v1", "helmfile/helmfile-action@v2",
	"HelmDeploy@0", "AzureRmWebAppDeployment@4", "AzureResourceManagerTemplateDeployment@3", "TerraformTaskV4@4",
	"aws-ecs/deploy-service-update", "Jobs/Deploy.gitlab-ci.yml", "Terraform.gitlab-ci.yml",
	"aws-actions/aws-cloudformation-github-deploy@v1",
]

other_actions := [
	"actions/checkout@v4", "actions/setup-go@v5", "actions/setup-node@v4", "actions/upload-artifact@v4", "actions/cache@v4",
	"docker/build-push-action@v6", "docker/login-action@v3", "docker/setup-buildx-action@v3", "opentofu/setup-opentofu@v1",
	"terraform-linters/setup-tflint@v4", "terraform-docs/gh-actions@v1", "helm/chart-testing-action@v2",
	"helm/kind-action@v1", "aquasecurity/trivy-action@0.28.0", "aquasecurity/tfsec-action@v1", "fluxcd/flux2/action@main",
	"golangci/golangci-lint-action@v6", "github/codeql-action/init@v3", "golang:1.26", "node:22-alpine",
	"ghcr.io/terraform-linters/tflint:v0.50", "UsePythonVersion@0", "Docker@2", "influxdb:2", "fluxninja/aperture",
	"postgres:16", "Security/SAST.gitlab-ci.yml", "./.github/workflows/test.yml", "circleci/node@6",
	"rajatjindal/krew-release-bot@v0.0.46",
]

deploying_commands := [
	"kubectl apply -f x", "kubectl -n web apply -f x", "/usr/local/bin/kubectl apply -k .", "sudo kubectl delete pod x",
	"kubectl --context prod scale deploy/web --replicas 3", "kubectl set image deploy/web web=x",
	"kubectl rollout restart deploy/web", "kubectl rollout undo deploy/web", "kubectl patch deploy web -p {}",
	"kubectl exec web -- sh", "kubectl run x --image y", "oc apply -f x", "helm upgrade --install web ./chart",
	"helm install web ./chart", "helm uninstall web", "helm rollback web 1", "helm --kube-context prod upgrade web .",
	"helmfile apply", "helmfile -e prod sync", "terraform apply", "terraform -chdir=infra apply -auto-approve",
	"terraform destroy", "terraform import a b", "terraform state rm a", "terraform state mv a b", "terraform state push x",
	"terraform taint a", "terraform force-unlock 1", "terraform apply plan.out", "tofu apply", "terragrunt run-all apply",
	"terragrunt run --all apply", "pulumi up --yes", "pulumi destroy", "flux bootstrap github",
	"flux reconcile kustomization x", "flux suspend kustomization x", "flux push artifact x", "argocd app sync web",
	"argocd app set web", "argocd app create web", "argocd appset create x", "argocd cluster add x",
	"ansible-playbook site.yml", "ansible all -m ping", "nomad job run x", "nomad run x", "skaffold run", "skaffold deploy",
	"skaffold dev", "kapp deploy -a x", "kpt live apply", "werf converge", "npx cdk deploy", "cdk deploy --all",
	"sls deploy", "serverless deploy", "eksctl create cluster", "kops update cluster --yes", "kubeadm init",
	"docker push r/x:1", "docker image push r/x", "docker stack deploy -c x y", "docker service update x",
	"docker compose up -d", "docker-compose -f x up -d", "docker compose -f x up", "aws s3 sync . s3://b",
	"aws s3 rm s3://b/x", "aws cloudformation deploy", "aws ecs update-service", "aws lambda update-function-code",
	"gcloud run deploy web", "gcloud app deploy", "gcloud compute instances create x", "az webapp up",
	"az deployment group create", "az storage blob upload-batch", "az aks create", "gsutil rsync a gs://b", "fly deploy",
	"flyctl deploy", "vercel deploy", "netlify deploy", "wrangler deploy", "ssh host true", "ssh -i k user@host uptime",
	"scp x user@host:/srv", "rsync -a dist/ user@host:/srv", "rsync -a dist/ host::mod",
	"aws-vault exec prod -- terraform apply", "timeout 5m kubectl apply -f x", "xargs kubectl delete",
	" apply -f x", " rollout restart deploy/web", " destroy",
]

other_commands := [
	"kubectl get pods", "kubectl describe pod x", "kubectl logs -f deploy/web", "kubectl diff -f x", "kubectl version",
	"kubectl kustomize .", "kubectl config use-context x", "kubectl config set-context --current",
	"kubectl wait --for=condition=ready pod/x", "kubectl port-forward svc/x 80", "kubectl top pods", "kubectl api-resources",
	"kubectl krew install x", "kubeconform -strict x", "kubectl-validate x", "helm lint", "helm lint ./charts/web",
	"helm template web ./chart", "helm repo add x y", "helm repo update", "helm dependency update", "helm dependency build",
	"helm package .", "helm list", "helm status web", "helm get values web", "helm history web", "helm version",
	"helmfile diff", "helmfile lint", "helmfile template", "terraform plan", "terraform plan -destroy", "terraform fmt",
	"terraform fmt -check", "terraform validate", "terraform init", "terraform show x", "terraform output",
	"terraform providers lock", "terraform workspace select prod", "terragrunt plan", "tofu plan", "terraform-docs .",
	"pulumi preview", "pulumi stack select x", "flux check --pre", "flux get all", "flux diff kustomization x",
	"flux build kustomization x", "argocd version --client", "ansible-lint", "ansible-galaxy install -r x", "docker build .",
	"docker pull x", "docker run x", "docker login", "docker tag a b", "docker compose build", "docker compose config",
	"docker compose pull", "docker compose logs", "docker compose ps", "docker compose exec web true",
	"aws sts get-caller-identity", "aws s3 ls", "aws ecr get-login-password", "aws cloudformation validate-template",
	"aws cloudformation describe-stacks", "gcloud auth configure-docker", "gcloud container clusters get-credentials x",
	"az login", "az acr login", "az aks get-credentials", "fly status", "vercel pull", "apt-get install -y rsync",
	"brew install terraform kubectl", "ssh-keyscan host", "ssh-keygen -t ed25519", "ssh-add k", "make test", "make build",
	"npm test", "npm run build", "go test ./...", "./test.sh", "cat deploy.yaml", "mkdir deploy", "cp x deploy/",
	"yamllint deploy", "kind create cluster", "minikube start", "az bicep build", "packer validate x", " plan", " get pods", "apply x",
]

# A chart's notes are exempt, and a file that comes to be a note or ceases to be one is none.
test_parts_of_a_chart_by_both_names if {
	part := {"part": "chart apps/web"}
	note := {"not_infrastructure": ["**/*.md"]}
	classes(object.union(part, {"matches": note})) == set()
	classes(object.union(part, {"from": "apps/web/a.md", "matches": note, "from_matches": note})) == set()
	said := {["infrastructure", "it is part of chart apps/web"]}
	classes(object.union(part, {"from": "apps/web/a.md", "from_matches": note})) == said
	classes(object.union(part, {"from": "apps/web/a.yaml", "matches": note})) == said
}
