package cdbgate.delivery_gate_test

import data.cdbgate.delivery_gate

# Examples that the lists of data.yaml must tell right, one by one: a name that looks like another is where they go wrong.

trailing(text) if {
	parts := regex.find_all_string_submatch_n(`^([^:]*): (.*)$`, text, 1)[0]
	delivery_gate.agent_trailer({"key": parts[1], "value": parts[2]})
}

test_agent_names_match if {
	every text in [
		"GitHub Actions", "GitHub Action", "github-action", "actions-user", "ImgBotApp", "FluxCD", "Argo CD Image Updater",
		"Claude (AI)", "Anthropic Claude", "OpenAI Codex", "GitHub Copilot", "cursoragent", "Google Gemini", "aider (gpt-4o)",
		"GPT4", "Kilo Code", "opencode", "Junie", "Kiro", "Factory Droid", "Augment Code", "Tabnine", "qwen2.5-coder", "Kimi",
		"AI Assistant", "Coding Assistant", "CI User", "buildbot", "Jenkins", "jenkins", "CircleCI", "Azure Pipelines",
		"Project Collection Build Service (acme)", "k8s-ci-robot", "Kubernetes Prow Robot", "openshift-merge-robot", "bors",
		"Weblate (bot)", "terraform-service-account", "atlantis", "AutoGPT", "LLM",
	] {
		delivery_gate.agent_name(text)
	}
}

test_agent_names_pass_by if {
	every text in [
		"Claude Prost", "Claude Provost", "Claude Coderre", "Claude Climent", "Claude Aichele", "Claude Botha", "Cody Sweeney",
		"Cody Clifford", "Cody Proctor", "Cody Agentowicz", "Devin Sweeney", "Devin Clifton", "Jules Probst", "Jules Aiken",
		"Weiwei Ai", "Qing Ai", "Lee Min-ki", "Kim Jin-Ki", "Min Ki", "Flux Pavilion",
	] {
		not delivery_gate.agent_name(text)
	}
}

test_agent_mails_match if {
	every text in [
		"action@github.com", "198982749+Copilot@users.noreply.github.com", "175728472+Copilot@users.noreply.github.com",
		"release-bot@example.org", "ci-bot@example.org", "123@cloudbuild.gserviceaccount.com",
		"proj@appspot.gserviceaccount.com", "project_42_bot_0123456789abcdef@noreply.gitlab.example.org",
		"group_7_bot_0123456789abcdef@noreply.gitlab.com", "service_account_group_7_0123abcd@noreply.gitlab.com",
		"abc@bots.bitbucket.org", "amp@ampcode.com", "noreply@opencode.ai", "crush@charm.land",
		"semantic-release-bot@martynus.net", "support@dependabot.com", "noreply@argoproj.io", "gemini-cli-robot@google.com",
	] {
		delivery_gate.agent_mail(text)
	}
}

test_agent_mails_pass_by if {
	every text in [
		"12345+talbot@users.noreply.github.com", "12345+marci@users.noreply.github.com",
		"leonardovinci@users.noreply.github.com", "luci@users.noreply.gitlab.com", "abbot@noreply.example.org",
		"alice@anthropic.com", "bob@openai.com",
	] {
		not delivery_gate.agent_mail(text)
	}
}

test_agent_trailers_match if {
	every text in [
		"AI-Model: gpt-5", "AI-Generated: true", "Amp-Thread-ID: https://ampcode.com/threads/T-1",
		"Co-developed-by: Claude <noreply@anthropic.com>", "Change-assisted-by: Claude", "Claude-Session: abc",
	] {
		trailing(text)
	}
}

test_agent_trailers_pass_by if {
	every text in [
		"Written-by: Alice <alice@example.org>", "Created-by: Alice", "Generated-by: protoc-gen-go v1.36",
		"Generated-by: make generate", "Model: RPi 5", "Agent: datadog 7.50",
	] {
		not trailing(text)
	}
}

test_platform_signers_match if {
	every text in [
		"noreply@forgejo.example.org", "gitea@fake.local",
	] {
		delivery_gate.platform_principal(text)
	}
}

test_platform_signers_pass_by if {
	every text in [
		"github@alice.example.org", "gitlab@alice.example.org",
	] {
		not delivery_gate.platform_principal(text)
	}
}

test_foreign_api_versions_match if {
	every text in [
		"scaffolder.backstage.io/v1beta3", "k3d.io/v1alpha5", "cli.kyverno.io/v1alpha1", "chainsaw.kyverno.io/v1alpha1",
		"kuttl.dev/v1beta1", "test.gatekeeper.sh/v1alpha1", "krew.googlecontainertools.github.com/v1alpha2", "openslo/v1",
		"tilt.dev/v1alpha1", "scorecard.operatorframework.io/v1alpha3",
	] {
		delivery_gate.foreign({"api_version": text})
	}
}

test_deploy_actions_match if {
	every text in [
		"pulumi/actions@v6", "hashicorp/tfc-workflows-github/actions/apply-run@v1", "appleboy/ssh-action@v1",
		"appleboy/scp-action@v1", "cloudflare/wrangler-action@v3", "amondnet/vercel-action@v25", "nwtgck/actions-netlify@v3",
		"superfly/flyctl-actions@v1", "serverless/github-action@v3", "clowdhaus/argo-cd-action@main", "KubernetesManifest@1",
		"Kubernetes@1", "AzureWebApp@1", "AzureFunctionApp@2", "AzureContainerApps@1", "SSH@0", "CopyFilesOverSSH@0",
		"Auto-DevOps.gitlab-ci.yml", "gitlab.com/components/opentofu/full-pipeline@2.0",
		"gitlab.com/components/opentofu/apply@2.0",
	] {
		delivery_gate.deploys(text, data.cdbgate.params.deploy_actions)
	}
}

test_deploy_actions_pass_by if {
	every text in [
		"hashicorp/setup-terraform@v3", "azure/setup-helm@v4", "azure/setup-kubectl@v4", "dflook/terraform-plan@v1",
		"dflook/terraform-validate@v1", "dflook/terraform-fmt-check@v1", "hashicorp/terraform:1.9", "alpine/helm:3.16",
		"TerraformInstaller@1", "HelmInstaller@1", "KubectlInstaller@0", "./.github/workflows/helm-lint.yml",
		"./.github/workflows/terraform-plan.yml",
	] {
		not delivery_gate.deploys(text, data.cdbgate.params.deploy_actions)
	}
}

test_deploy_commands_match if {
	every text in [
		"kubectl.exe apply -f x", "kubectl certificate approve x", "kubectl argo rollouts promote web", "oc new-app x",
		"oc process -f x", "helm push web-1.0.tgz oci://r", "terraform test", "terragrunt apply-all", "cdktf deploy",
		"pulumi stack rm", "pulumi state delete x", "docker buildx build --push .", "docker --context prod compose up -d",
		"docker -H ssh://h compose up -d", "podman push x", "podman-compose up -d", "buildah push x", "skopeo copy a docker://b",
		"crane push a b", "ko apply -f x", "oras push x", "aws s3 cp x s3://b", "aws ecs run-task", "aws lambda publish-version",
		"aws ec2 terminate-instances", "aws ec2 run-instances", "aws ec2 modify-instance-attribute",
		"aws iam attach-role-policy", "aws ssm send-command", "aws ec2 authorize-security-group-ingress", "gcloud builds submit",
		"gcloud projects add-iam-policy-binding x", "az webapp restart", "gsutil cp a gs://b", "heroku container:release web",
		"git push heroku main", "vercel --prod", "wrangler publish", "firebase deploy", "sam deploy", "cf push", "eb deploy",
		"kamal deploy", "cap production deploy", "tk apply x", "istioctl install", "cilium install", "talosctl apply-config",
		"k3sup install", "make deploy", "make -C infra deploy-prod", "just deploy", "npm run deploy", "yarn deploy:prod",
		"./deploy.sh", "bash scripts/deploy.sh prod", "./scripts/deploy-prod.sh", `"kubectl apply -f x"`,
		"$(kubectl apply -f x)",
	] {
		delivery_gate.deploys(text, data.cdbgate.params.deploy_commands)
	}
}

test_deploy_commands_pass_by if {
	every text in [
		"kubectl get pods -n debug", "kubectl config set clusters.x.server y", "kubectl auth can-i create pods",
		"kubectl wait --for delete pod/x", "kubectl rollout status deploy/web", "kubectl rollout history deploy/web",
		"kubectl explain run", "kubectl get job run", "helm plugin install x", "helm diff upgrade web .", "terraform state list",
		"terraform state show a", "terraform state pull", "terragrunt run-all plan", "argocd app get web", "argocd app diff web",
		"argocd app list", "argocd app wait web", "ansible-playbook --syntax-check site.yml", "ansible --version",
		"nomad fmt -check", "nomad job validate x", "nomad job plan x", "skaffold build", "skaffold render", "kpt fn render",
		"werf lint", "cdk synth", "cdk diff", "sls package", "docker build -t push .", "docker service ls", "docker stack ls",
		"aws configure set region x", "aws eks update-kubeconfig --name x", "aws deploy get-deployment",
		"gcloud config set project x", "gcloud components update", "az account set --subscription x",
		"az deployment group what-if", "az deployment group show", "heroku releases", "apt-get install -y ssh rsync curl",
		"pip install ansible ansible-lint", "npm install -g serverless vercel", "npm i -g aws-cdk cdk x", "rsync -a src/ build/",
		"ssh -V",
	] {
		not delivery_gate.deploys(text, data.cdbgate.params.deploy_commands)
	}
}
