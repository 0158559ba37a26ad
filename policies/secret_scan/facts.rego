package cdbgate.secret_scan

# Facts (input.context) that the gate gathers for each document.
#
#   subject     leak        a secret that gitleaks' rules found; no document
#               ignore      an entry of .gitleaksignore; no document
#               file        a file of what is judged; no document
#               secret      a Kubernetes Secret, or what makes one; input.document is the object, its values taken out: {apiVersion,
#                           kind, metadata: {name, namespace}, type, data: {key: null}, stringData: {key: null}}
#               assignment  a name that is given a value; no document
#               scan        what was to be scanned and what was; no document
#               missed      something that was to be scanned and was not; no document
#               fault       something could not be evaluated
#
#   mode        (leak) worktree, staged, range or history
#   leak        {rule: gitleaks' id of it, description, tags, entropy, path, inner: path inside an archive or "", line: 0 when the rule
#               is about the path, commit: "" in the tree or index, author_date: RFC 3339 or "", merge: the merge commit itself adds
#               it, decoded, fingerprint: gitleaks' own, [COMMIT:]PATH:RULE:LINE, in_tree: the same secret also stands in what is
#               judged now}
#   ignored     (leak) the entry of .gitleaksignore for its fingerprint, or null: {line, bound: it records a hash, same, unproven, owner,
#               reason, expires: "YYYY-MM-DD" or "", expired}
#               same      the recorded hash is this secret's; of an entry without one: the trusted base has the very same secret at
#                         this place, or the entry names a commit, whose content cannot change
#               unproven  there is neither hash nor base, so nobody knows; same is false then
#   entry       (ignore) {line, fingerprint, junk: it is no fingerprint, used, judged: this run looked at what it is about, owner,
#               reason, expires, expired, bound}; of junk the fingerprint is "", since the line may be anything
#
#   file        {path, tracked, marks: [{kind, encrypted, line}], assignments: how many names a dotenv file gives a literal value}
#               kind is private_key (PEM, OpenSSH), cosign_key, age_key, kubeconfig (with credentials), terraform_state,
#               terraform_plan, pkcs12, java_keystore or dotenv. What is public, certificates and *.pub, is no mark.
#               The path of a violation about a mark is ["marks", i], into this fact.
#   secret      {sops: SOPS encrypts it, sealed: it is a SealedSecret, and not merely annotated, literals: [{field: data | stringData |
#               binaryData, key, form}], template: rendered from a literal, generator: a secretGenerator of Kustomize with literals
#               or files}
#   assignment  {name, form, path, line, where: in words, such as compose file}
#   form        literal, reference, placeholder, empty or encrypted
#
#   scan        {mode, expected, scanned, unit: commits | files}
#   missed      {what: a path, commit or ref, why, remedy}
#   fault       {message}
#
# No secret is a fact, nor a part of one, nor its hash or length.

params := data.cdbgate.params
