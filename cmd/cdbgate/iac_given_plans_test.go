package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestSeveralPlans holds that every plan is judged for itself: none hides another, whichever comes first.
func TestSeveralPlans(t *testing.T) {
	t.Parallel()
	c := planned(t)
	web := change("aws_instance.web", updated)
	fine := func() string { return c.given(whole(changes(web))) }
	drifted := func() string { return c.given(whole(changes(web), drift(web))) }
	broken := func() string { return c.given(`{"format_version":"1.2",`) }
	same := fine()
	for _, test := range []struct {
		what  string
		files []string
		rules []string // of severity error
		shown int
	}{
		{"two plans of one root", []string{fine(), fine()}, nil, 2},
		{"one plan twice", []string{same, same}, nil, 2},
		{"a bad one, then drift", []string{broken(), drifted()}, []string{"IAC002", "IAC003"}, 1},
		{"drift, then a bad one", []string{drifted(), broken()}, []string{"IAC002", "IAC003"}, 1},
		{"a bad one between two", []string{fine(), broken(), drifted()}, []string{"IAC002", "IAC003"}, 2},
		{"two bad ones", []string{broken(), broken()}, []string{"IAC002"}, 0},
		{"a good one does not make up for a bad one", []string{fine(), broken()}, []string{"IAC002"}, 1},
	} {
		args := []string{"iac-diff", "--base", "main"}
		for _, file := range test.files {
			args = append(args, "--plan", "infra="+file)
		}
		r, status := c.runIn(nil, args...)
		want := 0
		if len(test.rules) > 0 {
			want = 1
		}
		if status != want || !slices.Equal(errorsOf(r), test.rules) || len(r.Plans) != test.shown {
			t.Errorf("%s: status %d, errors %v, %d plans shown", test.what, status, errorsOf(r), len(r.Plans))
		}
		// Each bad plan is told by its name, and no finding is told twice.
		seen := map[string]bool{}
		for _, f := range r.Findings {
			if seen[f.Rule+f.Message+f.Resource] {
				t.Errorf("%s: told twice: %s %s", test.what, f.Rule, f.Message)
			}
			seen[f.Rule+f.Message+f.Resource] = true
		}
		for _, file := range test.files {
			shown := false
			for _, p := range r.Plans {
				shown = shown || p.Name == file
			}
			if !shown && len(about(r, file)) != 1 {
				t.Errorf("%s: %s is neither shown nor refused: %q", test.what, file, about(r, file))
			}
		}
	}
}

// TestWherePlansLie gives plans as files of all sorts.
func TestWherePlansLie(t *testing.T) {
	t.Parallel()
	c := planned(t)
	good := c.given(whole(changes(change("aws_instance.web", updated))))
	dir := t.TempDir()
	link, dangling, named := filepath.Join(dir, "link.json"), filepath.Join(dir, "dangling.json"), filepath.Join(dir, "a=b.json")
	for name, target := range map[string]string{link: good, dangling: filepath.Join(dir, "gone.json"), named: good} {
		if err := os.Symlink(target, name); err != nil {
			t.Fatal(err)
		}
	}
	// What lies in the repository without being part of any commit was made for this run.
	c.write("infra/plan.json", whole(changes(change("aws_instance.web", updated))), "infra/bad.json", "{", "infra/with space.json", whole(changes(change("aws_instance.web", updated))))
	c.link("plan.json", "infra/link.json")
	for _, test := range []struct {
		what, plan string
		status     int
		rules      []string
	}{
		{"a file outside", "infra=" + good, 0, nil},
		{"a link outside", "infra=" + link, 0, nil},
		{"a link to nothing", "infra=" + dangling, 2, nil},
		{"nothing", "infra=" + filepath.Join(dir, "gone.json"), 2, nil},
		{"an equals sign in the name", "infra=" + named, 0, nil},
		{"a file of the root", "infra/plan.json", 0, nil},
		{"a file with a space", "infra/with space.json", 0, nil},
		{"a link of the root", "infra/link.json", 0, nil},
		{"a bad file of the root", "infra/bad.json", 1, []string{"IAC002"}},
		{"another root", "elsewhere=" + good, 1, []string{"IAC001", "IAC002", "IAC005"}},
		{"a root that leads out", "../infra=" + good, 2, nil},
		{"a folder", "infra=" + dir, 2, nil},
		{"no name", "infra=", 2, nil},
	} {
		r, status := c.runIn(nil, "iac-diff", "--base", "main", "--plan", test.plan)
		if status != test.status || !slices.Equal(errorsOf(r), test.rules) {
			t.Errorf("%s: status %d, errors %v; want %d, %v", test.what, status, errorsOf(r), test.status, test.rules)
		}
		// A bad plan of the repository is a place of the repository.
		for _, f := range r.Findings {
			if f.Resource == "plan infra/bad.json" && (f.Location == nil || f.Location.Path != "infra/bad.json" || !strings.Contains(f.Message, "byte 1: the plan is truncated")) {
				t.Errorf("%s: %q is at %+v", test.what, f.Message, f.Location)
			}
		}
	}
}

// TestCommittedPlans holds that a plan which the change brings along proves nothing, by whatever name the file is reached.
func TestCommittedPlans(t *testing.T) {
	t.Parallel()
	c := planned(t)
	c.write("infra/plan.json", whole(changes(change("aws_instance.web", updated))))
	c.link("infra", "through")
	c.link("plan.json", "infra/link.json")
	c.commit()
	dir := t.TempDir()
	outside, there := filepath.Join(dir, "plan.json"), filepath.Join(dir, "repository")
	for name, target := range map[string]string{outside: c.path("infra/plan.json"), there: c.dir} {
		if err := os.Symlink(target, name); err != nil {
			t.Fatal(err)
		}
	}
	linked := c.in(t)
	linked.dir = there
	for _, test := range []struct {
		what string
		c    *clone
		plan string
	}{
		{"by its name", c, "infra/plan.json"},
		{"with its root", c, "infra=infra/plan.json"},
		{"by a roundabout name", c, "infra=./docs/../infra//plan.json"},
		{"by its whole name", c, "infra=" + c.path("infra/plan.json")},
		{"through a committed link", c, "infra=infra/link.json"},
		{"through a committed link to its folder", c, "infra=through/plan.json"},
		{"through a link outside", c, "infra=" + outside},
		{"the repository through a link", linked, "infra=infra/plan.json"},
		{"its whole name through a link", c, "infra=" + filepath.Join(there, "infra/plan.json")},
		{"the repository and the name through a link", linked, "infra=" + filepath.Join(there, "infra/plan.json")},
	} {
		r, status := test.c.runIn(nil, "iac-diff", "--base", "main", "--plan", test.plan)
		if status != 1 || !slices.Equal(errorsOf(r), []string{"IAC001"}) {
			t.Errorf("%s: status %d, errors %v, want IAC001", test.what, status, errorsOf(r))
		}
		for _, f := range r.Findings {
			if f.Rule == "IAC001" && (f.Location == nil || f.Location.Path != "infra/main.tf" || !strings.Contains(f.Message, "its plan is a file of the repository")) {
				t.Errorf("%s: %q at %+v", test.what, f.Message, f.Location)
			}
		}
	}
}

// TestPlanThatMayNotBeRead has a plan that is there and that nobody may read.
func TestPlanThatMayNotBeRead(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may read everything")
	}
	t.Parallel()
	c := planned(t)
	file := c.given(whole())
	if err := os.Chmod(file, 0); err != nil {
		t.Fatal(err)
	}
	r, status := c.runIn(nil, "iac-diff", "--base", "main", "--plan", "infra="+file)
	if messages := about(r, file); status != 1 || !slices.Equal(errorsOf(r), []string{"IAC002"}) || len(messages) != 1 || !strings.Contains(messages[0], "cannot be read: permission denied") {
		t.Errorf("status %d, errors %v, %q", status, errorsOf(r), messages)
	}
}

// TestPlansWithoutCode holds that a change without code has nothing to plan.
func TestPlansWithoutCode(t *testing.T) {
	t.Parallel()
	c := newClone(t)
	c.base(func() { c.write("infra/main.tf", "resource \"aws_instance\" \"web\" {}\n") })
	c.write("docs/guide.md", "# Guide, again\n")
	c.commit()
	web := change("aws_instance.web", updated)
	for _, test := range []struct {
		what, plan string
		rules      []string
	}{
		{"no changes", whole(changes()), nil},
		{"changes are null", whole(`"resource_changes":null`), nil},
		{"nothing but what stays", whole(changes(change("aws_instance.web", `"actions":["no-op"],"before":{},"after":{}`))), nil},
		{"data is read", whole(changes(strings.Replace(change("aws_ami.web", `"actions":["read"],"before":null,"after":{}`), "managed", "data", 1))), nil},
		{"one change", whole(changes(web)), []string{"IAC005"}},
		{"a move", whole(changes(strings.Replace(change("aws_instance.web", `"actions":["no-op"]`), `"mode"`, `"previous_address":"aws_instance.old","mode"`, 1))), []string{"IAC005"}},
		{"drift alone", whole(drift(web)), []string{"IAC003"}},
		{"no plan at all", "", []string{"IAC002"}},
	} {
		file := c.given(test.plan)
		r, status := c.runIn(nil, "iac-diff", "--base", "main", "--plan", "infra="+file)
		if want := min(len(test.rules), 1); status != want || !slices.Equal(errorsOf(r), test.rules) {
			t.Errorf("%s: status %d, errors %v, want %v", test.what, status, errorsOf(r), test.rules)
		}
	}
}

// TestManyPlans gives as many plans as a big repository has, one of them bad: the bad one is named, and no other suffers.
func TestManyPlans(t *testing.T) {
	t.Parallel()
	c := newClone(t)
	args := []string{"iac-diff", "--base", "main"}
	var bad string
	c.base(func() {
		for i := range 20 {
			c.write(fmt.Sprintf("infra/%02d/main.tf", i), "# none\n")
		}
	})
	for i := range 20 {
		c.write(fmt.Sprintf("infra/%02d/main.tf", i), "# changed\n")
		text := whole(changes(change(fmt.Sprintf("aws_instance.web%d", i), updated)))
		if i == 13 {
			text = text[:len(text)-1]
		}
		file := c.given(text)
		if i == 13 {
			bad = file
		}
		args = append(args, "--plan", fmt.Sprintf("infra/%02d=%s", i, file))
	}
	c.commit()
	r, status := c.runIn(nil, args...)
	if status != 1 || !slices.Equal(errorsOf(r), []string{"IAC002"}) || len(r.Plans) != 19 || len(about(r, bad)) != 1 || r.Summary.Error != 1 {
		t.Errorf("status %d, errors %v, %d plans shown, %q", status, errorsOf(r), len(r.Plans), about(r, bad))
	}
}
