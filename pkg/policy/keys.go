package policy

import (
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// keys are the words that occur in nearly every document and fact. Terms are immutable, so one serves all of them.
var keys = func() map[string]*ast.Term {
	words := strings.Fields(`apiVersion kind metadata spec name namespace labels annotations template containers initContainers
		ephemeralContainers volumes volumeMounts image command args env envFrom value valueFrom ports containerPort protocol
		resources requests limits cpu memory readinessProbe livenessProbe startupProbe httpGet path port selector matchLabels
		app replicas type data serviceAccountName securityContext mountPath readOnly hostPath emptyDir configMap secret
		secretKeyRef key targetPort items status strategy restartPolicy imagePullPolicy
		document context source now root variant subject platform text workload pod quantities limit_ranges bindings project
		service_account fault message invalid paths role label long_running mounts probes readiness liveness startup handler
		volume target read_only sub_path ref environment deploy reservations cpus`)
	m := make(map[string]*ast.Term, len(words))
	for _, w := range words {
		m[w] = ast.StringTerm(w)
	}
	return m
}()

// Key returns the term of a mapping's key or a path's step.
func Key(s string) *ast.Term {
	if t, ok := keys[s]; ok {
		return t
	}
	return ast.StringTerm(s)
}
