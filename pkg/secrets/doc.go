// Package secrets finds secrets in text: the rules, the findings and their lines are those of gitleaks v8.30.1, the way to
// them is another one.
//
// gitleaks runs every rule whose keyword is somewhere in a fragment over the whole fragment. Here a first pass finds, in one
// go over the text, the keywords of all rules and the literals that a match of a rule must hold. At each such literal a small
// automaton looks whether the rest of the rule's expression can follow. Only around the places that pass does the rule's
// own expression run, on a window that is wide enough that it finds what it would have found in the whole text. All that
// follows a match (secret group, entropy, allowlists, stop words, composite rules, decoding) is done as gitleaks does it,
// its oddities included; the functions concerned name them.
//
// A Finding knows its secret but never shows it: it can be hashed, masked in a line and compared, and that is all.
package secrets
