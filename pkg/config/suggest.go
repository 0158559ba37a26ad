package config

import (
	"fmt"
	"strings"
)

// Suggest returns `; did you mean "x"?` for the candidate nearest to name, or "" when none is near. Case does not count,
// and the beginning of a candidate is near.
func Suggest(name string, candidates []string) string {
	const longest = 64 // anything longer is no slip of the finger
	if len(name) == 0 || len(name) > longest {
		return ""
	}
	typed := strings.ToLower(name)
	best, bestDistance := "", min(len(name)/2, 3)+1
	for _, c := range candidates {
		word := strings.ToLower(c)
		d := distance(typed, word)
		if len(typed) >= 3 && strings.HasPrefix(word, typed) {
			d = 1
		}
		if d < bestDistance {
			best, bestDistance = c, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// distance is the Levenshtein distance.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		previous := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			previous, row[j] = row[j], min(row[j]+1, row[j-1]+1, previous+cost)
		}
	}
	return row[len(b)]
}
