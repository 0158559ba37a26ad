package k8sreadiness

import (
	"path"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// surroundings are the objects that bear on others: defaults of a namespace, service accounts and what binds them, and
// which Compose services others wait for until they are done.
type surroundings struct {
	ranges   map[string][]scoped // by namespace
	accounts map[string][]scoped // by namespace/name
	bound    []binding
	done     map[string]bool // Compose: project and service
}

// scoped is an object and how far it reaches.
type scoped struct {
	object *manifest.Object
	facts  *ast.Term
}

type binding struct {
	namespace             string // "" for a ClusterRoleBinding
	kind, name, role      string
	subject, subjectSpace string
	group                 string
}

func newSurroundings(set *manifest.Set) *surroundings {
	s := &surroundings{ranges: map[string][]scoped{}, accounts: map[string][]scoped{}, done: map[string]bool{}}
	for i := range set.Objects {
		o := &set.Objects[i]
		if o.Source.Kind == render.Compose {
			s.addDependencies(o)
			continue
		}
		switch o.Kind {
		case "LimitRange":
			if facts := defaults(o.Node); facts != nil {
				s.ranges[o.Namespace] = append(s.ranges[o.Namespace], scoped{o, facts})
			}
		case "ServiceAccount":
			key := o.Namespace + "/" + o.Name
			s.accounts[key] = append(s.accounts[key], scoped{object: o})
		case "RoleBinding", "ClusterRoleBinding":
			s.addBinding(o)
		}
	}
	return s
}

// reaches reports whether from is applied together with to: rendered objects within one render, plain files within the
// folder and those below it.
func reaches(from, to *manifest.Object) bool {
	if from.Source.Root != to.Source.Root || from.Source.Variant != to.Source.Variant {
		return false
	}
	if from.Source.Root != "" {
		return true
	}
	dir := path.Dir(from.Source.Path)
	return dir == "." || strings.HasPrefix(to.Source.Path, dir+"/")
}

// defaults reads what a LimitRange gives to containers that say nothing. A default limit without a default request is
// the request too, as the API server has it.
func defaults(n *document.Node) *ast.Term {
	limits := n.Lookup("spec", "limits")
	if limits == nil || limits.Kind != document.Sequence {
		return nil
	}
	given := map[string]map[string]bool{"requests": {}, "limits": {}}
	for _, l := range limits.Items {
		if l.Get("type").Str() != "Container" {
			continue
		}
		for _, name := range []string{"cpu", "memory"} {
			if v := l.Lookup("default", name); v != nil {
				given["limits"][name], given["requests"][name] = true, true
			}
			if v := l.Lookup("defaultRequest", name); v != nil {
				given["requests"][name] = true
			}
		}
	}
	var kinds [][2]*ast.Term
	for _, kind := range []string{"requests", "limits"} {
		var names [][2]*ast.Term
		for _, name := range []string{"cpu", "memory"} {
			if given[kind][name] {
				names = append(names, item(name, boolean(true)))
			}
		}
		kinds = append(kinds, item(kind, object(names...)))
	}
	return object(kinds...)
}

func (s *surroundings) limitRanges(o *manifest.Object) []*ast.Term {
	var out []*ast.Term
	for _, r := range s.ranges[o.Namespace] {
		if reaches(r.object, o) {
			out = append(out, r.facts)
		}
	}
	return out
}

func accountName(pod *document.Node) string {
	for _, key := range []string{"serviceAccountName", "serviceAccount"} {
		if name := pod.Get(key).Str(); name != "" {
			return name
		}
	}
	return "default"
}

func (s *surroundings) serviceAccount(o *manifest.Object, pod *document.Node) *document.Node {
	for _, a := range s.accounts[o.Namespace+"/"+accountName(pod)] {
		if reaches(a.object, o) {
			return a.object.Node
		}
	}
	return nil
}

func (s *surroundings) addBinding(o *manifest.Object) {
	subjects := o.Node.Get("subjects")
	if subjects == nil || subjects.Kind != document.Sequence {
		return
	}
	for _, subject := range subjects.Items {
		b := binding{kind: o.Kind, name: o.Name, role: o.Node.Lookup("roleRef", "name").Str()}
		if o.Kind == "RoleBinding" {
			b.namespace = o.Namespace
		}
		switch subject.Get("kind").Str() {
		case "ServiceAccount":
			b.subject, b.subjectSpace = subject.Get("name").Str(), subject.Get("namespace").Str()
		case "Group":
			b.group = subject.Get("name").Str()
		default:
			continue
		}
		s.bound = append(s.bound, b)
	}
}

// bindings lists what binds the pod's service account. A namespace that is not written down may be any, so it matches:
// a binding counts unless it is certainly another's.
func (s *surroundings) bindings(o *manifest.Object, pod *document.Node) []*ast.Term {
	if o.Source.Kind == render.Compose || len(s.bound) == 0 {
		return nil
	}
	account := accountName(pod)
	var out []*ast.Term
	for _, b := range s.bound {
		if b.namespace != "" && o.Namespace != "" && b.namespace != o.Namespace {
			continue
		}
		switch b.group {
		case "":
			if b.subject != account || (b.subjectSpace != "" && o.Namespace != "" && b.subjectSpace != o.Namespace) {
				continue
			}
		case "system:serviceaccounts", "system:authenticated", "system:serviceaccounts:" + o.Namespace:
		default:
			continue
		}
		out = append(out, object(item("kind", str(b.kind)), item("name", str(b.name)), item("role", str(b.role))))
	}
	return out
}

func project(o *manifest.Object, service string) string {
	return o.Source.Root + "\x00" + o.Source.Variant + "\x00" + service
}

// addDependencies notes the services that o waits for until they are done: they run to completion.
func (s *surroundings) addDependencies(o *manifest.Object) {
	dependencies := o.Node.Get("depends_on")
	if dependencies == nil || dependencies.Kind != document.Mapping {
		return
	}
	for _, p := range dependencies.Pairs {
		if p.Value.Get("condition").Str() == "service_completed_successfully" {
			s.done[project(o, p.Key.Text)] = true
		}
	}
}

func (s *surroundings) completes(o *manifest.Object) bool { return s.done[project(o, o.Name)] }
