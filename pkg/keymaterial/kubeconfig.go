package keymaterial

import (
	"bytes"
	"regexp"

	"go.yaml.in/yaml/v3"
)

var (
	kindConfig = regexp.MustCompile(`(?m)["']?kind["']?[ \t]*:[ \t]*["']?Config\b`)
	credential = regexp.MustCompile(`(?m)^[ \t-]*["']?(?:client-key-data|token|password)["']?[ \t]*:[ \t]*(\S.*)$`)
)

// inUser are the fields of a user that hold a credential. The others name a file or a program.
var inUser = []string{"client-key-data", "token", "password"}

// kubeconfigs marks each user whose credentials are in the file. Not those that name files, a program or an auth-provider. What
// is no YAML, for it is a template or damaged, is read line by line.
func kubeconfigs(text []byte) []Mark {
	if !bytes.Contains(text, []byte("users")) || !bytes.Contains(text, []byte("Config")) || !kindConfig.Match(text) || !credential.Match(text) && !bytes.Contains(text, []byte("{")) {
		return nil
	}
	var marks []Mark
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var doc yaml.Node
		err := decoder.Decode(&doc)
		if err != nil {
			if err.Error() != "EOF" {
				return byLine(text)
			}
			return marks
		}
		if len(doc.Content) == 1 && scalar(doc.Content[0], "kind") == "Config" && scalar(doc.Content[0], "apiVersion") == "v1" {
			marks = append(marks, users(field(doc.Content[0], "users"))...)
		}
	}
}

// users marks the users of one config.
func users(list *yaml.Node) []Mark {
	var marks []Mark
	if list == nil {
		return nil
	}
	for _, u := range list.Content {
		user := field(u, "user")
		for _, name := range inUser {
			if v := field(user, name); v != nil && v.Kind == yaml.ScalarNode && FormOf(v.Value) == Literal {
				marks = append(marks, Mark{Kubeconfig, false, v.Line})
				break
			}
		}
	}
	return marks
}

// byLine marks the first credential that a line has.
func byLine(text []byte) []Mark {
	at := lines{text: text}
	for _, m := range credential.FindAllSubmatchIndex(text, -1) {
		if FormOf(string(text[m[2]:m[3]])) == Literal {
			return []Mark{{Kubeconfig, false, at.of(m[2])}}
		}
	}
	return nil
}

// field is the value of a key of a mapping. An alias is followed once.
func field(n *yaml.Node, key string) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value != key {
			continue
		}
		if v := n.Content[i+1]; v.Kind != yaml.AliasNode {
			return v
		}
		return n.Content[i+1].Alias
	}
	return nil
}

func scalar(n *yaml.Node, key string) string {
	if v := field(n, key); v != nil {
		return v.Value
	}
	return ""
}
