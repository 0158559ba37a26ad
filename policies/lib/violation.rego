package cdbgate.lib

# violation builds what a deny rule yields: the rule's own metadata gives the id, the path leads into input.document.
violation(meta, path, message) := {"rule": meta.custom.id, "path": path, "message": message}

# lesser_violation is a violation that is less severe than its rule: "warning" or "note".
lesser_violation(meta, severity, path, message) := object.union(violation(meta, path, message), {"severity": severity})
