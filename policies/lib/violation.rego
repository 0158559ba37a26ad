package cdbgate.lib

# violation builds what a deny rule yields: the rule's own metadata gives the id, the path leads into input.document.
violation(meta, path, message) := {"rule": meta.custom.id, "path": path, "message": message}

# graded_violation is a violation with a severity of its own, at most its rule's: "error", "warning" or "note".
graded_violation(meta, severity, path, message) := object.union(violation(meta, path, message), {"severity": severity})

# counted says how many of something there are: 1 change, 2 changes.
counted(n, one, _) := sprintf("%d %s", [n, one]) if n == 1

counted(n, _, many) := sprintf("%d %s", [n, many]) if n != 1
