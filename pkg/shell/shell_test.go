package shell

import (
	"fmt"
	"strings"
	"testing"
)

// show writes a command a line: its words parted by |, behind them what it runs through.
func show(commands []Command, err error) string {
	var lines []string
	for _, c := range commands {
		line := strings.Join(c.Words, "|")
		if c.Raw {
			line = "raw " + line
		}
		if len(c.Via) > 0 {
			line += " < " + strings.Join(c.Via, ", ")
		}
		lines = append(lines, line)
	}
	if err != nil {
		lines = append(lines, "error")
	}
	return strings.Join(lines, "\n")
}

func TestCommands(t *testing.T) {
	for _, c := range []struct{ name, script, want string }{
		// What makes words.
		{"words", "kubectl  apply\t-f x", "kubectl|apply|-f|x"},
		{"quotes", `'ku'b"ec"tl "a b" 'c d' \e "f\"g" "h\i" ''`, `kubectl|a b|c d|e|f"g|h\i|`},
		{"backslash in a word", `kubect\l apply`, "kubectl|apply"},
		{"quotes in a word", `ku"bectl" apply`, "kubectl|apply"},
		{"backslash before a word", `\kubectl apply`, "kubectl|apply"},
		{"dollar quotes", `$'kubectl' apply`, "kubectl|apply"},
		{"letters by number", `$'\x6bube\143tl' $'a\'\u0062' $"c"`, "kubectl|a'b|c"},
		{"continued line", "a \\\n  b\\\nc \\\r\n d", "a|bc|d"},
		{"continued in a word", "kube\\\nctl apply", "kubectl|apply"},
		{"comment", "a # kubectl apply\n# kubectl apply\nd#e", "a\nd#e"},
		{"strings that mention", `echo "run kubectl apply"; x='kubectl apply'`, "echo|run kubectl apply"},
		{"expansions", `a $b ${c} "$d" x$e $1 $@ $ "$" 'f$g'`, "a|||||||$|$|f$g"},
		{"braces", "{kubectl,apply} a{1..3} a.{b} {} x{y,z}", "kubectl|apply||a.{b}|{}|xy|xz"},
		{"patterns", "rm !(a|b) @($(c)|d) *.txt", "rm|||*.txt\nc"},
		{"tilde and path", "~/bin/kubectl apply; /usr/local/bin/kubectl get", "~/bin/kubectl|apply\n/usr/local/bin/kubectl|get"},
		{"CRLF", "a b\r\nif c; then\r\n  d\r\nfi\r\n", "a|b\nc\nd"},
		{"not UTF-8", "a \xff é", "a||é"},
		{"zero byte", "ku\x00bectl apply", "kubectl|apply"},

		// Where commands stand.
		{"lists", "a; b && c || d | e & f\ng |& h", "a\nb\nc\nd\ne\nf\ng\nh"},
		{"substitutions", "a $(b \"$(c)\") `d` <(e) $((1 + $(f)))", "a||||\nb|\nc\nd\ne\nf"},
		{"parameter that runs", `a "${b:-$(c 'd}')}"`, "a|\nc|d}"},
		{"assignments", `a=1 b="$(c)" e f=3; d[1]+=$(g)`, "c\ne|f=3\ng"},
		{"assignment alone", "a=1", ""},
		{"arrays", "a=(b $(c)); d\ndeclare -a e=(f g)", "c\nd\ndeclare|-a|"},
		{"redirections", "a >b 2>&1 <c &>d 3< e >>f >|g f2", "a|f2"},
		{"process substitution as input", "while read x; do a; done < <(b)", "read|x\na\nb"},
		{"if", "if ! a; then b; elif c; then d; else e; fi >f && g", "a\nb\nc\nd\ne\ng"},
		{"negated", "if ! kubectl diff; then kubectl apply; fi", "kubectl|diff\nkubectl|apply"},
		{"loops", "for x in 1 $(a); do b; done; until c; do d; done\nfor ((i=0; i<3; i++)); do e; done\nfor x do f; done", "a\nb\nc\nd\ne\nf"},
		{"case", "case $(a) in\n  # c\n  x|\"y z\") b;;\n  (w) c ;&\n  *) if d; then e; fi\nesac; f", "a\nb\nc\nd\ne\nf"},
		{"functions", "f() { a; }\nfunction g { b; }\nfunction h() (c)\nf", "a\nb\nc\nf"},
		{"groups", "{ a; b; } | (c; (d)) && ((1 + 2)) ; e", "a\nb\nc\nd\ne"},
		{"test", `[[ -n $(a) && ( $b =~ ^(c|d)$ ) || x < y ]] && e; [ -f x ]`, "a\ne\n[|-f|x|]"},
		{"coproc and time", "coproc a; time b", "a\nb < time"},
		{"declarations", "export A=b C; local D=$(e)", "export|A=b|C\nlocal|\ne"},
		{"here document", "a <<EOF b\nx $(c) `d` kubectl apply\nEOF\ne", "a|b\nc\nd\ne"},
		{"here document without expansions", "a <<'EOF'; b\nx $(c)\nEOF\nd", "a\nb\nd"},
		{"here document into cat", "cat <<EOF > run.sh\nkubectl apply\nEOF", "cat"},
		{"two here documents", "a <<A <<-B\nx\nA\n\ty\n\tB\nb", "a\nb"},
		{"here document without its end", "a <<E\nb", "a"},
		{"arithmetic", "(( $(a) + 1 )); let x=1", "a\nlet|"},

		// Variables.
		{"variable", "K=kubectl; $K apply", "kubectl|apply"},
		{"quoted variable", "TOOL=\"helm\"\n\"$TOOL\" upgrade ${TOOL}file", "helm|upgrade|helmfile"},
		{"variable with blanks", "CMD='kubectl apply'; $CMD -f x; \"$CMD\" y", "kubectl|apply|-f|x\nkubectl apply|y"},
		{"exported", "export K=kubectl; readonly H=helm; $K; $H", "export|K=kubectl\nreadonly|H=helm\nkubectl\nhelm"},
		{"local", "f() { local k=kubectl; $k apply; }", "local|k=kubectl\nkubectl|apply"},
		{"reassigned", "K=kubectl; K=$(pick); $K apply", "pick\n|apply"},
		{"reassigned perhaps", "K=kubectl; if a; then K=oc; fi; $K apply", "a\nkubectl|apply\noc|apply"},
		{"read takes it away", "K=kubectl; read K; $K apply", "read|K\n|apply"},
		{"put together", "A=kube B=ctl; C=$A$B; C+=x; $A${B} $C", "kubectl|kubectlx"},
		{"for", "for t in kubectl helm; do $t version; done", "kubectl|version\nhelm|version"},
		{"default", "${K:-kubectl} apply; : ${H:=helm}; $H list; ${1-oc}", "kubectl|apply\n:|helm\nhelm|list\noc"},
		{"default of a known one", "K=oc; ${K:-kubectl} apply", "oc|apply"},
		{"array", `C=(kubectl apply); "${C[@]}" -f x; C+=(y); "${C[@]}"; ${C[0]}`, "kubectl|apply|-f|x\nkubectl|apply|y\n"},
		{"looked up", "K=$(which kubectl); $K apply; H=`command -v helm || true`; $H list", "which|kubectl\nkubectl|apply\ncommand|-v|helm\ntrue\nhelm|list"},
		{"lower case", "K=KUBECTL; ${K,,} apply", "kubectl|apply"},
		{"function defined first", "d() { $K apply; }\nK=kubectl\nd", "kubectl|apply\nd"},
		{"set in a function", "s() { K=kubectl; }\ns; $K apply", "s\nkubectl|apply"},
		{"function with arguments", "k() { kubectl --context x \"$@\"; }\nk apply -f y", "kubectl|--context|x|\nk|apply|-f|y\nkubectl|--context|x|apply|-f|y < k"},
		{"function that only runs", "retry() { for i in 1 2; do \"$@\" && return; done; }\nretry kubectl apply", "\nreturn\nretry|kubectl|apply\nkubectl|apply < retry"},
		{"for one command", "K=kubectl bash -c '$K apply'; $K", "bash|-c|$K apply\nkubectl|apply < bash -c\n"},

		// Programs that run their arguments.
		{"sudo", "sudo -u x -E A=b kubectl apply", "sudo|-u|x|-E|A=b|kubectl|apply\nkubectl|apply < sudo"},
		{"sudo alone", "sudo -v", "sudo|-v"},
		{"doas", "doas -u x kubectl apply", "doas|-u|x|kubectl|apply\nkubectl|apply < doas"},
		{"env", "env -i A=b -u C kubectl apply", "env|-i|A=b|-u|C|kubectl|apply\n-u|C|kubectl|apply < env"},
		{"env, then sudo", "env A=b sudo -u x kubectl apply", "env|A=b|sudo|-u|x|kubectl|apply\nkubectl|apply < env, sudo"},
		{"env -S", "env -S 'kubectl apply' -f x", "env|-S|kubectl apply|-f|x\nkubectl|apply|-f|x < env"},
		{"command", "command kubectl apply; command -v kubectl", "command|kubectl|apply\nkubectl|apply < command\ncommand|-v|kubectl"},
		{"exec", "exec -a x kubectl apply; exec >log", "exec|-a|x|kubectl|apply\nkubectl|apply < exec\nexec"},
		{"nohup", "nohup kubectl apply &", "nohup|kubectl|apply\nkubectl|apply < nohup"},
		{"time", "/usr/bin/time -f %e helm upgrade", "/usr/bin/time|-f|%e|helm|upgrade\nhelm|upgrade < time"},
		{"nice", "nice -n 5 kubectl apply; nice -5 helm list", "nice|-n|5|kubectl|apply\nkubectl|apply < nice\nnice|-5|helm|list\nhelm|list < nice"},
		{"timeout", "timeout 5m helm upgrade; timeout -k 5 --signal=KILL 1 kubectl x", "timeout|5m|helm|upgrade\nhelm|upgrade < timeout\ntimeout|-k|5|--signal=KILL|1|kubectl|x\nkubectl|x < timeout"},
		{"stdbuf", "stdbuf -oL -e 0 kubectl apply", "stdbuf|-oL|-e|0|kubectl|apply\nkubectl|apply < stdbuf"},
		{"setsid and ionice", "setsid ionice -c 3 kubectl apply", "setsid|ionice|-c|3|kubectl|apply\nkubectl|apply < setsid, ionice"},
		{"xargs", "a | xargs -n1 kubectl delete", "a\nxargs|-n1|kubectl|delete\nkubectl|delete| < xargs"},
		{"xargs with a place", "a | xargs -P 4 -I{} kubectl delete pod/{} -n {}", "a\nxargs|-P|4|-I{}|kubectl|delete|pod/{}|-n|{}\nkubectl|delete||-n| < xargs"},
		{"xargs alone", "a | xargs", "a\nxargs"},
		{"parallel", "parallel -j 2 kubectl delete {} ::: a b; parallel 'helm uninstall {}' ::: a", "parallel|-j|2|kubectl|delete|{}|:::|a|b\nkubectl|delete| < parallel\nparallel|helm uninstall {}|:::|a\nhelm|uninstall| < parallel"},
		{"watch", "watch -n 5 kubectl get; watch 'kubectl get | b'", "watch|-n|5|kubectl|get\nkubectl|get < watch\nwatch|kubectl get | b\nkubectl|get < watch\nb < watch"},
		{"chroot", "chroot --userspec=a /mnt kubectl apply", "chroot|--userspec=a|/mnt|kubectl|apply\nkubectl|apply < chroot"},
		{"nsenter", "nsenter -t 1 -m -- kubectl apply", "nsenter|-t|1|-m|--|kubectl|apply\nkubectl|apply < nsenter"},
		{"flock", "flock -n /lock kubectl apply; flock /lock -c 'helm list'", "flock|-n|/lock|kubectl|apply\nkubectl|apply < flock\nflock|/lock|-c|helm list\nhelm|list < flock -c"},
		{"find", `find . -name x -exec kubectl apply -f {} \; -exec helm lint {} +`, "find|.|-name|x|-exec|kubectl|apply|-f|{}|;|-exec|helm|lint|{}|+\nkubectl|apply|-f| < find -exec\nhelm|lint| < find -exec"},
		{"find and a shell", `find . -exec sh -c 'kubectl apply -f "$1"' _ {} \;`, "find|.|-exec|sh|-c|kubectl apply -f \"$1\"|_|{}|;\nsh|-c|kubectl apply -f \"$1\"|_| < find -exec\nkubectl|apply|-f| < find -exec, sh -c"},
		{"docker run", "docker run --rm -v a:b -e X=y image sh -c 'a b'; docker run -it image", "docker|run|--rm|-v|a:b|-e|X=y|image|sh|-c|a b\nsh|-c|a b < docker run\na|b < docker run, sh -c\ndocker|run|-it|image"},
		{"docker run with an entry point", "docker run --entrypoint kubectl image apply", "docker|run|--entrypoint|kubectl|image|apply\nkubectl|apply < docker run"},
		{"docker compose exec", "docker compose -f x exec -T web kubectl apply", "docker|compose|-f|x|exec|-T|web|kubectl|apply\nkubectl|apply < docker exec"},
		{"kubectl exec stays", "kubectl exec web -- kubectl apply", "kubectl|exec|web|--|kubectl|apply"},
		{"unknown wrapper", "retry 3 kubectl apply", "retry|3|kubectl|apply"},
		{"unknown wrapper with a shell", "retry 3 bash -c 'kubectl apply'", "retry|3|bash|-c|kubectl apply\nbash|-c|kubectl apply < retry\nkubectl|apply < retry, bash -c"},
		{"sudo and a shell", "sudo su - me -c 'c d'", "sudo|su|-|me|-c|c d\nsu|-|me|-c|c d < sudo\nc|d < sudo, su -c"},
		{"runuser", "runuser -u x -- kubectl apply; runuser x -c 'a b'", "runuser|-u|x|--|kubectl|apply\nkubectl|apply < runuser\nrunuser|x|-c|a b\na|b < runuser -c"},
		{"trap", "trap 'kubectl delete ns x' EXIT; trap - EXIT", "trap|kubectl delete ns x|EXIT\nkubectl|delete|ns|x < trap\ntrap|-|EXIT"},
		{"echo is an echo", "echo kubectl apply", "echo|kubectl|apply"},
		{"grep is a grep", `grep "kubectl apply" x; grep -r bash -c 'y'`, "grep|kubectl apply|x\ngrep|-r|bash|-c|y"},

		// Scripts within scripts.
		{"bash -c", "bash -euo pipefail -c 'a; b $c'; sh -lc \"d $e\"", "bash|-euo|pipefail|-c|a; b $c\na < bash -c\nb| < bash -c\nsh|-lc|\nd| < sh -c"},
		{"bash -exc", "bash -exc \"kubectl apply -f -\"; /bin/bash -ec 'x y'", "bash|-exc|kubectl apply -f -\nkubectl|apply|-f|- < bash -c\n/bin/bash|-ec|x y\nx|y < bash -c"},
		{"shell with a file", "bash x.sh -c a", "bash|x.sh|-c|a"},
		{"nested", `bash -c "sh -c 'kubectl apply'"`, "bash|-c|sh -c 'kubectl apply'\nsh|-c|kubectl apply < bash -c\nkubectl|apply < bash -c, sh -c"},
		{"quotes put together", `bash -c 'kubectl '"apply -f "x`, "bash|-c|kubectl apply -f x\nkubectl|apply|-f|x < bash -c"},
		{"eval", "eval 'a b' $c\nopa eval d", "eval|a b|\na|b| < eval\nopa|eval|d"},
		{"eval of a substitution", `eval "$(echo kubectl) apply"`, "eval|\n|apply < eval\necho|kubectl"},
		{"eval of a variable", "C='kubectl apply'; eval $C", "eval|kubectl|apply\nkubectl|apply < eval"},
		{"here document into a shell", "sudo bash <<'E'\na b\nE\nsh <<< 'c d'", "sudo|bash\nbash < sudo\na|b < sudo, bash <<\nsh\nc|d < sh <<"},
		{"here document with tabs", "bash -s -- x <<-E\n\tkubectl \\\n\t$A\n\tE\n", "bash|-s|--|x\nkubectl| < bash <<"},
		{"cat into a shell", "cat <<E | sh\nkubectl apply\nE", "cat\nsh\nkubectl|apply < | sh"},
		{"echo into a shell", "echo 'kubectl apply' | sh; echo -e 'a\\nb' | tee x | sudo bash -", "echo|kubectl apply\nkubectl|apply < | sh\nsh\necho|-e|a\\nb\na < sudo, | bash\nb < sudo, | bash\ntee|x\nsudo|bash|-\nbash|- < sudo"},
		{"printf into a shell", `printf '%s apply\n' kubectl | sh`, "printf|%s apply\\n|kubectl\nkubectl|apply < | sh\nsh"},
		{"group into a shell", "{ echo a; echo b c; } | sh", "echo|a\na < | sh\necho|b|c\nb|c < | sh\nsh"},
		{"echo into something else", "echo 'kubectl apply' | tee x", "echo|kubectl apply\ntee|x"},
		{"ssh", "ssh -i k me@host 'cd /srv && a'; ssh h kubectl apply", "ssh|-i|k|me@host|cd /srv && a\ncd|/srv < ssh\na < ssh\nssh|h|kubectl|apply\nkubectl|apply < ssh"},
		{"ssh with a here document", "ssh h <<E\na\nE\nssh h bash -s <<'E'\nb\nE\nssh h", "ssh|h\na < ssh <<\nssh|h|bash|-s\nbash|-s < ssh\nb < ssh, bash <<\nssh|h"},
		{"no script", "bash -c 'a (b'", "bash|-c|a (b\nraw a|(b < bash -c"},

		// What cannot be parsed.
		{"open quote", "x y\na 'b\n", "x|y\nraw a|'b\nerror"},
		{"open substitution", "a $(b", "raw a|$(b\nerror"},
		{"open parameter", "a ${b", "raw a|${b\nerror"},
		{"open group", "(a", "raw (a\nerror"},
		{"too many closed", "a)", "raw a)\nerror"},
		{"open case", "case a in b) c", "raw case|a|in|b)|c\nerror"},
		{"redirection to nothing", "a >", "raw a|>\nerror"},
		{"a program", "print('x')\n# no\n", "raw print('x')\nerror"},
		{"half of it", "kubectl get\nif x; then\n  kubectl apply\n", "kubectl|get\nraw if|x;|then\nraw kubectl|apply\nerror"},
		{"too deep", strings.Repeat("a $(", 20_000), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := show(Commands(c.script, Options{}))
			if c.name == "too deep" && strings.HasSuffix(got, "error") {
				return
			}
			if got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// TestPlaces says where commands stand: line:column-line:column and words.
func TestPlaces(t *testing.T) {
	for _, c := range []struct{ name, script, want string }{
		{"lines", "a b\n  c d # e\n\n\tf", "1:1-1:4 a b\n2:3-2:6 c d\n4:2-4:3 f"},
		{"code points", "é ü; a ö", "1:1-1:4 é ü\n1:6-1:9 a ö"},
		{"assignments before", "A=b kubectl x >y", "1:5-1:14 kubectl x"},
		{"over lines", "a \\\n  b", "1:1-2:4 a b"},
		{"sudo", "sudo -n kubectl x", "1:1-1:18 sudo -n kubectl x\n1:9-1:18 kubectl x"},
		{"bash -c", "bash -c 'a; b c'", "1:1-1:17 bash -c a; b c\n1:10-1:11 a\n1:13-1:16 b c"},
		{"double quotes", `bash -c "a \"b\"; c $d"`, "1:1-1:24 bash -c \n1:10-1:17 a b\n1:19-1:23 c "},
		{"nested", `bash -c "sh -c 'k x'"`, "1:1-1:22 bash -c sh -c 'k x'\n1:10-1:21 sh -c k x\n1:17-1:20 k x"},
		{"here document", "bash <<E\n  é; k x\nE\n", "1:1-1:5 bash\n2:3-2:4 é\n2:6-2:9 k x"},
		{"here document with tabs", "bash <<-E\n\ta\n\t\tk x\n\tE\n", "1:1-1:5 bash\n2:2-2:3 a\n3:3-3:6 k x"},
		{"variable", "K='k x'; $K y", "1:10-1:14 k x y"},
		{"echo", "echo 'k x' | sh", "1:1-1:11 echo k x\n1:7-1:10 k x\n1:14-1:16 sh"},
		{"CRLF", "a\r\nbash <<E\r\nx\r\n k y\r\nE\r\n", "1:1-1:2 a\n2:1-2:5 bash\n3:1-3:2 x\n4:2-4:5 k y"},
		{"raw", "a\n  'b c \n", "1:1-1:2 a\n2:3-2:7 'b c"},
		{"eval", "eval a b", "1:1-1:9 eval a b\n1:6-1:9 a b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			commands, _ := Commands(c.script, Options{})
			var lines []string
			for _, c := range commands {
				lines = append(lines, fmt.Sprintf("%d:%d-%d:%d %s", c.Line, c.Column, c.EndLine, c.EndColumn, strings.Join(c.Words, " ")))
			}
			if got := strings.Join(lines, "\n"); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}
