package cdbgate.iac_diff

# Facts (input.context) that the gate gathers for each document.
#
#   subject     object      a Flux or Argo CD object, or any other with annotations; input.document is the object as rendered
#               uncovered   a folder of manifests that nothing reconciles; no document
#               root        a Terraform root that the change touches; no document
#               plan        a plan that was given; no document
#               planned, drift  one entry of a plan; input.document is {address, previous_address, module, mode, type, name, provider,
#                           deposed, actions, action, action_reason, importing, attributes: [path], more_attributes, unknown: [path],
#                           replace_paths}; action is create, update, replace, replace-create-first, delete, forget, create-forget,
#                           import, move or read. No value of an attribute is a fact.
#               command     one command of a script; no document
#               fault       something could not be evaluated
#   role        reconciler, source, generator, alert, provider, project, settings, "" for any other object
#   family      flux, argocd, ""
#   references  [{path, kind, namespace, name, found}]: what the object refers to, and whether the repository has it
#   recorded    (reconciler) whether somebody is told what it repairs
#   variables   {path joined by dots: {known, text}}: texts below spec with Flux variables, and with their values put in
#   argo_reconciliation  {known, never, why, text}: how often Argo CD looks for commits, jitter included; of argocd-cm what it says
#               itself
#   uncovered   {folder, objects, first, reconcilers}: how many objects lie there, the first, and how many reconcilers there are
#
#   root        {folder, files: [changed files], plans, tracked_plans}: how many plans of it were given, and how many of them are
#               files of the head's commit
#   plan        {name, root, known_root, roots (how many the repository has), unreadable, tracked, complete, errored, applyable: true | false | null, deferred, changes, drift,
#               made_at, newest_commit_at, made_from}; null is what the plan does not say
#               made_from is what the .cdbgate-plan.json beside it says, null without one: {unreadable: why, "" when it can be read;
#               root, commit, judged_commit ("" for no commit), same_files, same_plan: whether its digests are those found}
#   base        (plan, planned, drift) whether there is a base; code_changed whether the change touches code of the plan's root
#   command     {words, via, kind, where, raw}: the words of a simple command, "" for one that nobody can know; through what it
#               runs; the kind of file (workflow, makefile, shell …) and where in it, in words; raw: the text is no
#               shell's, so its words are a guess
#
# What is said here is what is configured, never what runs.

params := data.cdbgate.params
