package cdbgate.secret_scan_test

import data.cdbgate.secret_scan

test_form_severity if {
	every form, severity in {"literal": "error", "riddle": "error", "placeholder": "warning"} {
		secret_scan.form_severity(form) == severity
	}
	every form in ["reference", "empty", "encrypted"] {
		not secret_scan.form_severity(form)
	}
}

test_any_of if {
	secret_scan.any_of(["a", "b|c"]) == "(?:a)|(?:b|c)"
	not secret_scan.any_of([])
}

test_shell_word if {
	every text, word in {"a/b:c": "a/b:c", "a b": "'a b'", "": "''", "'": `''\'''`, "a\nb": "'a\nb'", "~/a": "'~/a'"} {
		secret_scan.shell_word(text) == word
	}
}

test_form_of if {
	every value, form in {{"form": "empty"}: "empty", {"form": ""}: "literal", {}: "literal", null: "literal", "text": "literal"} {
		secret_scan.form_of(value) == form
	}
}
