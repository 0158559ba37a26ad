package cdbgate.iac_diff_test

test_iac001_a_plan if {
	every facts in [{"plans": 1}, {"plans": 2, "tracked_plans": 1}, {"files": ["infra/a.tf", "infra/b.tf"]}] {
		verdicts("IAC001", a_root(facts)) == set()
	}
}

test_iac001_no_plan if {
	verdicts("IAC001", a_root({"plans": 0})) == {[[], "the Terraform root infra changes (infra/main.tf), and no plan of it was given"]}
}

test_iac001_at_the_top if {
	messages("IAC001", a_root({"folder": ".", "files": ["main.tf"], "plans": 0})) == {
		"the Terraform root at the top of the repository changes (main.tf), and no plan of it was given",
	}
}

test_iac001_some_files if {
	names := [sprintf("infra/%d.tf", [i]) | some i in numbers.range(1, 6)]
	every n, told in {
		1: "infra/1.tf", 3: "infra/1.tf, infra/2.tf, infra/3.tf", 4: "infra/1.tf, infra/2.tf, infra/3.tf and 1 more",
		6: "infra/1.tf, infra/2.tf, infra/3.tf and 3 more",
	} {
		messages("IAC001", a_root({"files": array.slice(names, 0, n), "plans": 0})) == {
			sprintf("the Terraform root infra changes (%s), and no plan of it was given", [told]),
		}
	}
}

# Who writes the plan into the change may write whatever it should say.
test_iac001_only_plans_of_the_repository if {
	every n in [1, 3] {
		verdicts("IAC001", a_root({"plans": n, "tracked_plans": n})) == {[
			[],
			"the Terraform root infra changes (infra/main.tf), and its plan is a file of the repository: the change itself may have written it",
		]}
	}
}

test_iac001_other_subjects if {
	every subject in ["plan", "planned", "object", "command"] {
		verdicts("IAC001", knowing(a_root({"plans": 0}), {"subject": subject})) == set()
	}
}
