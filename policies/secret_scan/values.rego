package cdbgate.secret_scan

# harmless_forms are those of a value that is not in the repository.
harmless_forms := {"reference", "empty", "encrypted"}

# form_of is how a value is given. One whose form nobody told counts as a literal.
form_of(value) := value.form if {
	value.form != ""
} else := "literal"

# form_severity grades a value by its form. A form that nobody knows counts as a literal.
form_severity(form) := "warning" if form == "placeholder"

form_severity(form) := "error" if not form in (harmless_forms | {"placeholder"})

# any_of is one RE2 pattern that matches where one of several does. It is undefined for none, which matches nowhere.
any_of(patterns) := concat("", ["(?:", concat(")|(?:", patterns), ")"]) if count(patterns) > 0

# shell_word quotes a text that came from the repository, so that whoever pastes it into a shell runs nothing else.
shell_word(text) := text if regex.match(`^[A-Za-z0-9_./:@%+,][A-Za-z0-9_./:@%+,-]*$`, text)

shell_word(text) := sprintf("'%s'", [replace(text, "'", `'\''`)]) if not regex.match(`^[A-Za-z0-9_./:@%+,][A-Za-z0-9_./:@%+,-]*$`, text)
