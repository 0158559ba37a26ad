package keymaterial_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	km "github.com/claire-de-binare/cdbgate/pkg/keymaterial"
)

// s3 stands for a value that is one. It is put together here for scanners that read this file.
var s3 = "hunter" + "2-" + "Zq81"

// told writes assignments as "line NAME form", the form by its first letter.
func told(list []km.Assignment) string {
	var out []string
	for _, a := range list {
		out = append(out, fmt.Sprintf("%d %s %c", a.Line, a.Name, a.Form[0]))
	}
	return strings.Join(out, ", ")
}

func TestAssignments(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"plain", "A=§\nB=§", "1 A l, 2 B l"},
		{"BOM and CRLF", "\uFEFFA=§\r\nB=\r\nC=\"§\"\r\n", "1 A l, 2 B e, 3 C l"},
		{"export", "export A=§\n  export B='§'\nset -x C=1\n", "1 A l, 2 B l, 3 C l"},
		{"spaces", "A = §\nB =\nC= §", "1 A l, 2 B e, 3 C l"},
		{"comments", "# A=§\nB=§ # C=§\n  ; D=§\n//E=§\nF= # nothing\nG=#§", "2 B l, 5 F e, 6 G l"},
		{"lines in quotes", "A=\"§\nX=1\nY=2\"\nB='§'\nC=`§\n§`\n", "1 A l, 4 B l, 5 C l"},
		{"escaped quotes", `A="§\"X=1"` + "\nB=1", "1 A l, 2 B l"},
		{"no end of quotes", "A=\"§\nB=§", "1 A l, 2 B l"},
		{"equals in a value", "A=§=BBBB==\nB=a=b", "1 A l, 2 B l"},
		{"two on a line", "export A=§ B=§", "1 A l, 1 B l"},
		{"YAML", "a: §\nb:\n  c: \"§\"\n  d: {{ .X }}\ne: ~\nf:\n- A=§\n- \"B=§\"\ng: |\n  §\nh:\ni: # none\n", "1 a l, 3 c l, 4 d r, 5 e e, 7 A l, 8 B l, 9 g l, 11 h e, 12 i e"},
		{"YAML in one line", "a: {b: §, c: ''}", "1 b l, 1 c e"},
		{"JSON", `{"a": "§", "b": {"c": null, "d": ""}, "e": ["§"]}`, "1 a l, 1 c e, 1 d e"},
		{"Dockerfile", "FROM x\nENV A=§ B=\"§\"\nENV C §\nARG D=§\nARG E\n", "2 A l, 2 B l, 3 C l, 4 D l"},
		{"programs", "const a = \"§\"\nb := `§`\nvar c string = \"§\"\nlet d: string = '§'\ne: str = f\"§\"\nf => '§'\nif g == \"§\" {}\nh != '§'\ni <= 1", "1 a l, 2 b l, 3 c l, 4 d l, 5 e l, 6 f l"},
		{"environ", "os.environ[\"A\"] = \"§\"\nprocess.env.B = '§'\n$env:C = \"§\"\nENV['D'] = '§'", "1 A l, 2 process.env.B l, 3 C l, 4 D l"},
		{"properties", "spring.a-b=§\nc.d: §\n", "1 spring.a-b l, 2 c.d l"},
		{"types", "a: string\nb: string;\nc: str = \"§\"", "3 c l"},
		{"no names", "https://x/y 10:30 C:\\x a::b 1=2 ==== ::::\n= x\n: y\n", ""},
		{"files", "A_FILE=/run/secrets/a\nB_FILE=b.txt\nC_FILE=§\nd_file: ./d", "1 A_FILE r, 2 B_FILE r, 3 C_FILE l, 4 d_file r"},
		{"handed on", "f(password=password)\n{ token: token, }\nx = get(y)\nx = seal(\"§\")", "1 password r, 2 token r, 3 x r, 4 x l"},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := km.Assignments([]byte(strings.ReplaceAll(tt.text, "§", s3)))
			if told(got) != tt.want {
				t.Errorf("got  %s\nwant %s", told(got), tt.want)
			}
		})
	}
}

func TestFormOf(t *testing.T) {
	forms := map[km.Form][]string{
		km.Literal: {
			s3, `"` + s3 + `"`, "12345", "true", "p@$$w0rd", "$2b$12$" + s3, "${A:-" + s3 + "}", "${A:" + s3 + "}", "'$ecret'", "os.getenv('A', '" + s3 + "')",
			"process.env.A || '" + s3 + "'", "postgres://me:" + s3 + "@${HOST}/db", "prefix-" + strings.Repeat("a1", 10) + "${X}", "correct horse", "exampleX9f8s7df9", "xx", "your1key", "<a", "a>",
		},
		km.Reference: {
			"${A}", "$A", "$(cat x)", "{{ .Values.a }}", "${{ secrets.A }}", "%A%", "<secret-ref>", "op://a/b/c", "vault:a/b#c", "arn:aws:secretsmanager:eu:1:secret:x", "process.env.A",
			"process.env['A']!", "os.getenv('A')", "os.environ['A']", "os.Getenv(\"A\")", "secrets.A", "var.a", "${A:-}", "${A:-changeme}", "${A:?not set}", "'${A}'", "\"$A\"", "postgres://me:${A}@h/db",
			"Bearer ${A}", "ref+vault://a/b", "ENC[AES256,data:x]", "!Ref A", "System.getenv(\"A\")", "Environment.GetEnvironmentVariable(\"A\")", "ENV.fetch('A')", "projects/1/secrets/a/versions/1", "%env(A)%", "$env:A", "#{a}#",
			"config.password", "get_secret(name)",
		},
		km.Placeholder: {
			"changeme", "CHANGE_ME", "change-me!", "xxx", "XXXXXXXX", "xxx-xxx", "your-key-here", "your_password", "YOUR API KEY", "<password>", "<your token>", "example", "example-password", "dummy", "dummy_token", "todo", "TODO: set this",
			"***", "******", "REDACTED", "[redacted]", "...", "…", "replace-with-your-key", "insert_here", "password-here", "AKIAIOSF" + "ODNN7EXAMPLE", "__TOKEN__", "'changeme'", "DATA+OMITTED",
		},
		km.Empty: {"", " ", `""`, "''", "null", "~", "nil", "None", `" "`},
	}
	for form, values := range forms {
		for i, v := range values {
			if got := km.FormOf(v); got != form {
				t.Errorf("%s %d (%d bytes): got %s", form, i, len(v), got)
			}
		}
	}
}

func TestFind(t *testing.T) {
	secret := regexp.MustCompile(`(?i)(?:[a-z0-9_.-]*[_.-])?(?:password|token)`)
	tests := []struct {
		name, text string
		re         *regexp.Regexp
		want       string
	}{
		{"whole names", "password=§\npasswords=§\nmy_password=§\nmypassword=§\nuser=§", secret, "1 password l, 3 my_password l"},
		{"the last part", "a.b.secret = \"§\"", regexp.MustCompile("secret"), "1 secret l"},
		{"an anchor", "x\n  password: §", regexp.MustCompile("^password$"), "2 password l"},
		{"a choice", "password_x: §\npassword: §", regexp.MustCompile("password|password_x"), "1 password_x l, 2 password l"},
		{"inside a value", "dsn = \"user=a;password=§\"\nurl: https://h/?token=§&x=1\nrun: x --password=§ --token §", secret, "1 password l, 2 token l, 3 password l"},
		{"XML and flags", "<add key=\"x\" password=\"§\"/>\nx -e MY_TOKEN=§", secret, "1 password l, 2 MY_TOKEN l"},
		{"a comment", "# password=§\n// token: a word about it\n# the password = §", secret, "1 password l"},
		{"none", "nothing at all: §", secret, ""},
		{"a name in a value", "x=\"aatoken=\"\n", regexp.MustCompile(".*token"), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := told(km.Find([]byte(strings.ReplaceAll(tt.text, "§", s3)), tt.re)); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func FuzzAssignments(f *testing.F) {
	for _, s := range []string{"A=V\nexport B=\"x\ny\"", "a:\n  b: |\n    c\n", `{"a": "b", "c": null}`, "ENV A b\n$env:C = 'x'", "os.environ[\"A\"] = \"\"\"b\"\"\"", "a: string = ${X:-y}"} {
		f.Add([]byte(s))
	}
	re := regexp.MustCompile(`(?i)[a-z_]*(?:a|key)`)
	f.Fuzz(func(t *testing.T, text []byte) {
		most := strings.Count(string(text), "\n") + 1
		for _, list := range [][]km.Assignment{km.Assignments(text), km.Find(text, re)} {
			for _, a := range list {
				if a.Line < 1 || a.Line > len(text)+1 || a.Line > most && text[0] < 0xFE || a.Name == "" || a.Form == "" {
					t.Errorf("got line %d of %d", a.Line, most)
				}
			}
			if !slices.IsSortedFunc(list, func(a, b km.Assignment) int { return a.Line - b.Line }) {
				t.Error("not sorted")
			}
		}
	})
}

func FuzzMarks(f *testing.F) {
	for _, s := range []string{armored("RSA PRIVATE KEY"), armored("OPENSSH PRIVATE KEY"), armored("PGP PRIVATE KEY BLOCK"), "apiVersion: v1\nkind: Config\nusers:\n- user: {token: a}\n", `{"version":4,"terraform_version":"1","serial":1,"resources":[]}`, "0\x80\x02\x01\x03"} {
		f.Add(".env", []byte(s))
	}
	f.Fuzz(func(t *testing.T, path string, text []byte) {
		for _, m := range km.Marks(path, text) {
			if m.Kind == "" || m.Line < 1 || m.Line > len(text)+1 {
				t.Errorf("got %v", m)
			}
		}
	})
}

// TestLongLine: one line with very many names takes no longer than many lines.
func TestLongLine(t *testing.T) {
	re := regexp.MustCompile("a|token")
	for _, unit := range []string{"a=1 ", "a='", `"a":{`, "a:", "a=$(", "a: | ", "=", ":=", "a=b,", "\"a\": \"b\", ", "ENV a b\n", "a:\n", "a=\"\n", "-----" + "BEGIN PRIVATE KEY-----", "PuTTY-User-Key-" + "File-1: \n"} {
		text := []byte(strings.Repeat(unit, 4_000/len(unit)))
		begin := time.Now()
		km.Assignments(text)
		km.Find(text, re)
		km.Marks("x", text)
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("%q took %v", unit, took)
		}
	}
}

func BenchmarkFindNothing(b *testing.B) {
	text := []byte(strings.Repeat("a: line of text = with signs, and more of it\n", 20_000))
	re := regexp.MustCompile(`(?i)[a-z_]*(?:passwd|credential)`)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		km.Find(text, re)
	}
}
