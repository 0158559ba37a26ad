package repo

// GitDir is the absolute path of the git directory, of a linked worktree its own; "" when Plain.
func (r *Repository) GitDir() string { return r.gitDir }

// CommonDir is the absolute path of the git directory that holds the objects and most references. It differs from GitDir in
// a linked worktree.
func (r *Repository) CommonDir() string { return r.commonDir }
