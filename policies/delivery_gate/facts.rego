package cdbgate.delivery_gate

# Facts (input.context) that the gate gathers. `subject` says what is judged:
#
#   files     asks which paths are watched: files.approval and files.rules are the paths the configuration names, as globs
#   approval  the approval file as the change leaves it; input.document is its content
#   change    one changed path; input.document is
#               {path, from, kind: added | modified | deleted | renamed | type-changed, mode_before, mode_after: file |
#                executable | symlink | submodule | "", in_scope, matches, from_matches: {list: [glob]}, part, mentions_gate,
#                content: {objects: [{api_version, kind, namespace, name, line}], compose, dockerfile, terraform, chart,
#                unreadable, pipeline: {system, environments, uses, commands, unparsed} | null} | null}
#   commit    one commit that touched the approval or the gate's own rules; input.document is
#               {id, author: {name, mail}, committer, trailers: [{key, value}], merge, committed_at, approval_paths, rule_paths}
#   history   what is known of the clone: {plain, base, problems: [text], shallow, grafts, replaced: [id]}
#   fault     something could not be evaluated
#
# Beside the subject:
#
#   mode            the mode the trusted approval leads to; proposed_mode the one that the change's own would
#   approval        the trusted approval; proposed the change's, null when it leaves the approval alone; judged (subject
#                   approval only) the one of both that the change leaves:
#                     {path, at, kind: file | absent | symlink | directory | submodule | unreadable, bytes, alike: [path],
#                      encoding, documents, syntax: [{message, line}], duplicates, anchors, tags, unknown, misplaced, labels:
#                      [{path, …}], approved: {present, boolean, value, written}, approved_at, expires_at: {present, time,
#                      written}, scope: {present, valid, paths}}
#   infrastructure  {count, paths}: how many changed paths are infrastructure, and the first of them
#   signers         {configured, problems, openpgp_problems: [text], path, openpgp_path}
#   signature       (commit) {format, key, verified, code, problem, expires, signers: [{source, principals, for_git,
#                   cert_authority, revoked, revoked_why, valid_after, valid_before}]}
#   classes         (change) the answer to `classes`; covered {trusted, proposed}: whether the approvals' scopes cover the path;
#                   uncommitted, accounted: whether the file is committed, and whether a commit of the change changed it
#
# Times are texts in UTC, all of one form, so that they compare as texts; null is no limit, "" is none that can be read.

params := data.cdbgate.params
