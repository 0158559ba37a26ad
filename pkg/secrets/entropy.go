package secrets

import "math"

// entropy is Shannon's entropy of s in bits. As in gitleaks, runes are counted but the length is taken in bytes.
func entropy(s string) float64 {
	var counts [128]int
	var others map[rune]int
	for _, c := range s {
		if c < 128 {
			counts[c]++
			continue
		}
		if others == nil {
			others = map[rune]int{}
		}
		others[c]++
	}
	inverse, sum := 1/float64(len(s)), 0.0
	for _, n := range counts {
		if n > 0 {
			f := float64(n) * inverse
			sum -= f * math.Log2(f)
		}
	}
	for _, n := range others {
		f := float64(n) * inverse
		sum -= f * math.Log2(f)
	}
	return sum
}
