package main

import "os"

// histories are clones that cannot tell what changed.
func histories() []attack {
	change := func(c *clone) { c.write("src/app.go", "package app // 2\n"); c.commit() }
	return []attack{
		{name: "history: shallow clone", make: func(c *clone) {
			change(c)
			to := c.dir + "2"
			c.git("clone", "-q", "--depth", "1", "--no-single-branch", "file://"+c.dir, to)
			c.dir = to
			c.git("branch", "-q", "main", "origin/main")
		}, rules: "DEL007", status: 3, says: "git fetch --unshallow"},
		{name: "history: shallow, but the change is there", make: func(c *clone) {
			c.base(func() { c.write("src/b.go", "package app\n") })
			change(c)
			to := c.dir + "2"
			c.git("clone", "-q", "--depth", "2", "--no-single-branch", "file://"+c.dir, to)
			c.dir = to
			c.git("branch", "-q", "main", "origin/main")
		}, rules: "DEL007", status: 3, says: "git fetch --unshallow"},
		{name: "history: no base", make: change, rules: "DEL007", status: 3, says: "--base origin/main", args: []string{"no-base"}},
		{name: "history: no base in CI", make: change, rules: "DEL007", status: 3, args: []string{"check", "no-base"}, env: map[string]string{"CI": "true"}},
		{name: "history: no repository", make: func(c *clone) { c.remove(".git") }, rules: "DEL007", status: 3, says: "run in a clone", args: []string{"no-base"}},
		{name: "history: unrelated", make: func(c *clone) {
			c.git("checkout", "-q", "--orphan", "other")
			c.commit()
		}, rules: "DEL007", status: 3, says: "unrelated"},
		{name: "history: nothing committed", make: func(c *clone) { c.git("checkout", "-q", "--orphan", "other") }, rules: "DEL007", status: 3},
		{name: "history: a replaced commit", make: func(c *clone) { change(c); c.git("replace", c.git("rev-parse", "main"), c.git("rev-parse", "topic")) }, rules: "DEL007", status: 3, says: "git replace -d"},
		{name: "history: grafts", make: func(c *clone) { change(c); c.write(".git/info/grafts", c.git("rev-parse", "topic")+"\n") }, rules: "DEL007", status: 3, says: "grafts"},
		{name: "history: a commit is missing", make: func(c *clone) {
			change(c)
			lost := c.git("rev-parse", "HEAD")
			c.write("src/app.go", "package app // 3\n")
			c.commit()
			c.lose(lost)
		}, rules: "DEL007", status: 3, says: "git fetch --refetch"},
		{name: "history: a folder of the past is missing", make: func(c *clone) {
			change(c)
			lost := c.git("rev-parse", "HEAD^{tree}")
			c.write("src/app.go", "package app // 3\n")
			c.commit()
			c.lose(lost)
		}, rules: "DEL007", status: 3},
		{name: "history: a file is missing", make: func(c *clone) {
			c.write("src/data.yaml", "a: 1\n")
			c.commit()
			c.lose(c.git("rev-parse", "HEAD:src/data.yaml"))
		}, rules: "DEL007", status: 3, args: []string{"--head", "topic"}},
		{name: "history: the approval is missing", make: func(c *clone) {
			change(c)
			c.lose(c.git("rev-parse", "main:"+approvalFile))
		}, rules: "DEL007", status: 3, args: []string{"--head", "topic"}},
		{name: "history: the approval is missing, and infrastructure changes", make: func(c *clone) {
			c.write("k8s/web.yaml", manifest+"# more\n")
			c.commit()
			c.lose(c.git("rev-parse", "main:"+approvalFile))
		}, rules: "DEL001 DEL007", args: []string{"--head", "topic"}, says: "cannot be read"},
		{name: "history: a damaged file", make: func(c *clone) {
			c.write("src/data.yaml", "a: 1\n")
			c.commit()
			id := c.git("rev-parse", "HEAD:src/data.yaml")
			name := c.path(".git/objects/" + id[:2] + "/" + id[2:])
			if err := os.Chmod(name, 0o644); err != nil {
				c.Fatal(err)
			}
			if err := os.WriteFile(name, []byte("x"), 0o644); err != nil {
				c.Fatal(err)
			}
		}, rules: "DEL007", status: 3, args: []string{"--head", "topic"}},
	}
}
