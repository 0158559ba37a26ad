package cdbgate.iac_diff_test

# said is the tool and the verb that a command is reported with.
said(words) := {split(message, " changes what")[0] | some message in messages("IAC006", a_command(words))}

# a_line is a command as words, none of which holds a blank.
a_line(text) := a_command(split(text, " "))

# Commands that change what runs, and what is said of them.
changing := {
	"kubectl apply -f k8s": "kubectl apply", "kubectl create ns web": "kubectl create", "kubectl delete pod web-0": "kubectl delete",
	"kubectl edit deploy web": "kubectl edit", "kubectl patch deploy web -p {}": "kubectl patch", "kubectl replace -f a.yaml": "kubectl replace",
	"kubectl scale deploy/web --replicas=3": "kubectl scale", "kubectl set image deploy/web web=web:2": "kubectl set",
	"kubectl annotate pod web a=b": "kubectl annotate", "kubectl label ns web a=b": "kubectl label", "kubectl drain node-1": "kubectl drain",
	"kubectl run web --image=web": "kubectl run", "kubectl rollout restart deploy/web": "kubectl rollout restart",
	"kubectl rollout -n web undo deploy/web": "kubectl rollout undo", "kubectl exec -it web-0 -- sh": "kubectl exec",
	"kubectl auth reconcile -f rbac.yaml": "kubectl auth reconcile", "kubectl --context prod -n web apply -f k8s": "kubectl apply",
	"kubectl --context=prod --namespace=web apply -k .": "kubectl apply", "/usr/local/bin/kubectl apply -f k8s": "kubectl apply",
	`C:\tools\kubectl.exe apply -f k8s`: "kubectl apply", "kubectl.exe delete -f k8s": "kubectl delete", "./kubectl apply -f k8s": "kubectl apply",
	"kubectl apply -f k8s --dry-run=none": "kubectl apply", "kubectl apply -f k8s --dry-run=false": "kubectl apply",
	"kubectl argo rollouts set image web web=web:2": "kubectl set",
	"oc apply -f k8s": "oc apply", "oc new-app web": "oc new-app", "oc rollout latest dc/web": "oc rollout latest",
	"oc adm policy add-scc-to-user anyuid web": "oc adm policy", "oc -n project delete pod web": "oc delete",
	"k apply -f k8s": "k apply", "k3s kubectl apply -f k8s": "k3s kubectl apply", "k3s kubectl -n web delete pod x": "k3s kubectl delete",
	"helm install web charts/web": "helm install", "helm upgrade --install web charts/web": "helm upgrade", "helm rollback web 3": "helm rollback",
	"helm uninstall web": "helm uninstall", "helm delete web": "helm delete", "helm -n web --kube-context prod upgrade web charts/web": "helm upgrade",
	"helm secrets upgrade web charts/web": "helm upgrade",
	"helmfile apply": "helmfile apply", "helmfile -e prod sync": "helmfile sync", "helmfile -f prod.yaml destroy": "helmfile destroy",
	"terraform apply -auto-approve": "terraform apply", "terraform -chdir=infra apply plan.bin": "terraform apply",
	"terraform destroy": "terraform destroy", "terraform apply -destroy": "terraform apply", "terraform import aws_vpc.a vpc-1": "terraform import",
	"terraform taint aws_vpc.a": "terraform taint", "terraform state rm aws_vpc.a": "terraform state rm", "terraform refresh": "terraform refresh",
	"terraform state mv aws_vpc.a aws_vpc.b": "terraform state mv", "terraform force-unlock 1": "terraform force-unlock",
	"terraform workspace delete old": "terraform workspace delete", "terraform -chdir=infra state push s.json": "terraform state push",
	"tofu apply": "tofu apply", "tofu -chdir=infra destroy": "tofu destroy", "tofu state replace-provider a b": "tofu state replace-provider",
	"terragrunt run-all apply": "terragrunt apply", "terragrunt apply-all": "terragrunt apply-all",
	"terragrunt --terragrunt-working-dir infra destroy": "terragrunt destroy",
	"pulumi up --yes": "pulumi up", "pulumi -s prod destroy": "pulumi destroy", "pulumi stack rm dev": "pulumi stack rm",
	"flux suspend kustomization apps": "flux suspend", "flux resume ks apps": "flux resume", "flux bootstrap github": "flux bootstrap",
	"flux create source git apps": "flux create", "flux delete ks apps": "flux delete", "flux --context prod -n apps suspend hr web": "flux suspend",
	"argocd app set web -p a=b": "argocd app set", "argocd app sync web": "argocd app sync", "argocd app delete web": "argocd app delete",
	"argocd --server cd.example.org app rollback web": "argocd app rollback", "argocd app actions run web restart": "argocd actions run",
	"argocd proj create web": "argocd proj create", "argocd cluster add prod": "argocd cluster add",
	"eksctl create cluster": "eksctl create", "eksctl scale nodegroup": "eksctl scale", "kops update cluster --yes": "kops update",
	"kops rolling-update cluster": "kops rolling-update", "kubeadm init": "kubeadm init", "kubeadm upgrade apply v1.34.0": "kubeadm upgrade apply",
	"kapp deploy -a web -f k8s": "kapp deploy", "kpt live apply pkg": "kpt live apply", "skaffold run -p prod": "skaffold run",
	"skaffold dev": "skaffold dev", "nomad job run web.nomad": "nomad job run", "nomad stop web": "nomad stop",
	"docker stack deploy -c compose.yaml web": "docker stack deploy", "docker --context prod service update web": "docker service update",
	"docker -H tcp://node.example.org service rm web": "docker service rm",
}

test_iac006_what_changes if {
	every text, verb in changing {
		verdicts("IAC006", a_line(text)) == {[[], sprintf("%s changes what runs past Git (shell script)", [verb])]}
	}
}

# Commands that only look, and commands of other tools.
harmless := {
	"kubectl", "kubectl get pods", "kubectl describe deploy scale", "kubectl logs run", "kubectl diff -f k8s", "kubectl rollout status deploy/web",
	"kubectl rollout history deploy/web", "kubectl wait --for delete pod/web", "kubectl explain create", "kubectl auth can-i create pods",
	"kubectl config set-context prod", "kubectl config set a b", "kubectl kustomize k8s", "kubectl get set", "kubectl top pods -l app=run",
	"kubectl -n web port-forward svc/run 80", "kubectl --context prod get apply", "kubectl -n apply get pods", "kubectl get pods -n delete",
	"kubectl apply -f k8s --dry-run=client", "kubectl apply --dry-run=server -f k8s", "kubectl create ns web --dry-run client -o yaml",
	"kubectl delete --help", "kubectl apply -h", "kubectl --context prod -n apply get pods", "kubectl --insecure-skip-tls-verify get apply",
	"oc get pods", "oc login --token x", "oc adm top nodes", "oc status", "k get pods", "k3s kubectl get pods", "k3s kubectl rollout status deploy/web",
	"helm template charts/web", "helm template install charts/web", "helm lint charts/web", "helm list", "helm diff upgrade web charts/web",
	"helm --debug diff upgrade web charts/web", "helm repo add install https://charts.example.org", "helm plugin install x", "helm get values upgrade",
	"helm upgrade web charts/web --dry-run", "helm install web charts/web --dry-run=server", "helm dependency update charts/web",
	"helmfile diff", "helmfile -e apply template", "terraform plan", "terraform plan -destroy", "terraform plan -out apply",
	"terraform -chdir=infra plan", "terraform state list", "terraform state show aws_vpc.a", "terraform state pull", "terraform init -upgrade",
	"terraform validate", "terraform fmt -check", "terraform show -json apply", "terraform output", "terraform workspace select destroy",
	"terraform apply -help", "tofu plan", "tofu state list", "terragrunt run-all plan", "terragrunt plan", "pulumi preview", "pulumi config set a b",
	"flux get kustomizations", "flux export source git apps", "flux diff ks apps --path k8s", "flux logs", "flux reconcile ks apps",
	"flux create source git apps --url=https://git.example.org/a --export", "flux build kustomization delete",
	"argocd app get web", "argocd app diff web", "argocd app wait web", "argocd app list", "argocd app actions list web", "argocd app manifests web",
	"eksctl get cluster", "kops get cluster", "kops validate cluster", "kubeadm upgrade plan", "kubeadm join --dry-run", "kapp inspect -a web",
	"kapp deploy --diff-run -a web", "kpt fn render", "skaffold render", "skaffold build -p run", "nomad job plan web.nomad", "nomad status",
	"docker build .", "docker push web", "docker stack ls", "docker service ls", "docker run web",
	"echo kubectl apply -f k8s", "grep -r kubectl apply .", "printf helm upgrade", "cat apply", "kubectlx apply", "my-kubectl apply",
	"kubectl/apply delete", "git apply a.patch", "npm install", "make apply", "apply kubectl",
}

test_iac006_what_does_not if {
	{text | some text in harmless; count(said(split(text, " "))) > 0} == set()
}

# A namespace or cluster may be called like a verb that reads.
test_iac006_names_like_reading_verbs if {
	said(["kubectl", "-n", "auth", "apply", "-f", "k8s"]) == {"kubectl apply"}
	said(["kubectl", "--namespace", "events", "delete", "pod", "web"]) == {"kubectl delete"}
	said(["kubectl", "--unheard-of", "get", "apply"]) == {"kubectl apply"}
	said(["helm", "-n", "test", "upgrade", "web", "charts/web"]) == {"helm upgrade"}
	said(["helm", "--kube-context", "test", "upgrade", "web", "charts/web"]) == {"helm upgrade"}
	said(["flux", "-n", "events", "suspend", "ks", "apps"]) == {"flux suspend"}
}

# Options of a program that runs in the pod exempt nothing.
test_iac006_options_behind_two_dashes if {
	every option in ["-h", "--help", "--dry-run", "--export"] {
		said(["kubectl", "exec", "db-0", "--", "psql", option, "db.example.org"]) == {"kubectl exec"}
	}
	said(["kubectl", "exec", "db-0", "--help", "--", "psql"]) == set()
}

test_iac006_words_nobody_knows if {
	every words in [[], [""], ["", "apply"], ["", ""], ["kubectl", ""], ["kubectl", "", "-f", "k8s"], ["kubectl", "-n", ""]] {
		said(words) == set()
	}
	said(["kubectl", "--context", "", "apply", "-f", ""]) == {"kubectl apply"}
	said(["kubectl", "", "apply"]) == {"kubectl apply"}
	said(["helm", "", "upgrade"]) == {"helm upgrade"}
}

test_iac006_where if {
	doc := knowing(a_line("helm upgrade web charts/web"), {"command": {"where": "job deploy, step 2"}})
	messages("IAC006", doc) == {"helm upgrade changes what runs past Git (job deploy, step 2)"}
}

test_iac006_allowed if {
	every pattern, lines in {
		`^scripts/deploy\.sh: terraform apply$`: {"terraform apply": 0, "terraform destroy": 1, "tofu apply": 1, "/opt/terraform apply": 0},
		`: kubectl (apply|rollout restart)$`: {"kubectl apply -f k8s": 0, "kubectl rollout restart deploy/web": 0, "kubectl delete ns web": 1},
		`^\.github/workflows/`: {"terraform apply": 1},
		`^scripts/`: {"terraform apply": 0, "kubectl delete ns web": 0},
	} {
		every text, n in lines {
			count(messages("IAC006", a_line(text))) == n with data.cdbgate.params.imperative_allowed as [pattern]
		}
	}
}

test_iac006_the_lists_are_parameters if {
	said(["cdktf", "deploy"]) == {"cdktf deploy"} with data.cdbgate.params.imperative_commands as {"cdktf": ["deploy"]}
	said(["kubectl", "apply"]) == set() with data.cdbgate.params.imperative_commands.kubectl as []
	said(["kubectl", "get", "apply"]) == {"kubectl apply"} with data.cdbgate.params.reading_commands.kubectl as []
	said(["kubectl", "apply", "--dry-run=client"]) == {"kubectl apply"} with data.cdbgate.params.imperative_exceptions as []
	said(["kubectl", "apply", "--server-side"]) == set() with data.cdbgate.params.imperative_exceptions as ["--server-side"]
}

test_iac006_other_subjects if {
	every subject in ["object", "plan", "fault"] {
		verdicts("IAC006", knowing(a_line("kubectl apply"), {"subject": subject})) == set()
	}
}
