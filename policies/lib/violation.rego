package cdbgate.lib

# violation builds what a deny rule yields: the rule's own metadata gives the id, the path leads into input.document.
violation(meta, path, message) := {"rule": meta.custom.id, "path": path, "message": message}
