package cdbgate.delivery_gate

# mode answers whether infrastructure may change (INF-9): absent, false or unclear is Analysis Mode.
default mode := "analysis"

mode := "delivery" if {
	a := input.context.approval
	a.kind == "file"
	a.approved.value
	count(flaws(a)) == 0
	count(out_of_force(a)) == 0
}

# flaws is what makes an approval unclear: [{path, message}].
flaws(a) := union({
	{{"path": [], "message": sprintf("the approval is %s, not a regular file", [article(a.kind)])} | a.kind in {"symlink", "directory", "submodule"}},
	{{"path": [], "message": sprintf("%s differs from the approval's name only in case or spelling, and some systems take it for the same file", [other])} | some other in a.alike},
	{{"path": [], "message": sprintf("the approval has %d bytes, more than %d", [a.bytes, params.approval_max_bytes])} | a.bytes > params.approval_max_bytes},
	{{"path": [], "message": sprintf("the approval is %s: save it as UTF-8", [a.encoding])} | a.encoding != ""},
	{{"path": [], "message": sprintf("line %d: %s", [s.line, s.message])} | count(a.duplicates) == 0; some s in a.syntax},
	{{"path": [], "message": sprintf("the approval holds %s documents, and must be one", [document_count(a)])} | plain(a); a.documents != 1},
	{{"path": d.path, "message": sprintf("line %d: the key stands twice", [d.line])} | some d in a.duplicates},
	{{"path": n.path, "message": sprintf("line %d: %s, which readers may follow or not", [n.line, n.what])} | some n in a.anchors},
	{{"path": t.path, "message": sprintf("line %d: a tag says what type the value has; write the value plainly", [t.line])} | some t in a.tags},
	{{"path": m.path, "message": sprintf("%q does not stand where it would limit the approval: move it below delivery", [m.key])} | some m in a.misplaced},
	{{"path": k.path, "message": sprintf("%q looks as if it limited the approval, and nothing reads it: write expires_at, approved_at or scope.paths, or another word", [k.key])} | some k in a.unknown; limiting(k)},
	{{"path": ["delivery"], "message": "delivery.approved is missing"} | plain(a); not a.approved.present},
	{{"path": ["delivery", "approved"], "message": sprintf("delivery.approved is %s: only true or false, without quotes, is clear", [a.approved.written])} | a.approved.present; not a.approved.boolean},
	{{"path": ["delivery", "approved_at"], "message": sprintf("delivery.approved_at is no time: %s; write 2026-01-31T12:00:00Z", [a.approved_at.written])} | a.approved_at.present; a.approved_at.time == ""},
	{{"path": ["delivery", "expires_at"], "message": sprintf("delivery.expires_at is no time: %s; write 2026-01-31T12:00:00Z", [a.expires_at.written])} | a.expires_at.present; a.expires_at.time == ""},
	{{"path": ["delivery", "scope"], "message": "delivery.scope.paths is no list of globs"} | not a.scope.valid},
})

# limiting is an unknown key that whoever wrote it meant to count.
limiting(k) if {
	k.path[0] == "delivery"
	some pattern in params.approval_limit_patterns
	regex.match(pattern, k.key)
}

readable(a) if {
	a.kind == "file"
	a.bytes <= params.approval_max_bytes
	a.encoding == ""
}

# plain is an approval that was read to its end.
plain(a) if {
	readable(a)
	count(a.syntax) == 0
}

document_count(a) := "no" if a.documents == 0

document_count(a) := "several" if a.documents > 1

article(kind) := "a symbolic link" if kind == "symlink"

article(kind) := sprintf("a %s", [kind]) if kind in {"directory", "submodule"}

# out_of_force is what keeps a clear approval from counting now: [{path, message}].
out_of_force(a) := union({
	{{"path": ["delivery", "expires_at"], "message": sprintf("the approval expired at %s", [a.expires_at.time])} | a.expires_at.time != ""; a.expires_at.time <= input.now},
	{{"path": ["delivery", "approved_at"], "message": sprintf("the approval counts from %s on, which is still to come", [a.approved_at.time])} | a.approved_at.time != ""; a.approved_at.time > input.now},
})

# closed_because says in words why the mode is Analysis Mode.
closed_because(a) := sprintf("the trusted revision has no %s", [a.path]) if {
	a.kind == "absent"
} else := sprintf("%s of the trusted revision cannot be read", [a.path]) if {
	a.kind == "unreadable"
} else := sprintf("the trusted approval is unclear: %s", [concat("; ", sort({f.message | some f in flaws(a)}))]) if {
	count(flaws(a)) > 0
} else := concat("; ", sort({f.message | some f in out_of_force(a)})) if {
	a.approved.value
} else := "delivery.approved is false"
