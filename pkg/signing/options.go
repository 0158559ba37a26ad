package signing

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// options reads the options at the start of rest, and returns what follows them.
func (a *AllowedSigner) options(text []byte) (rest []byte, err error) {
	given := map[string]bool{}
	for {
		end := strings.IndexAny(string(text), "=, \t")
		if end < 0 {
			end = len(text)
		}
		name := strings.ToLower(string(text[:end]))
		text = text[end:]
		if given[name] {
			// The name is one of the four: any other has been refused.
			return nil, fmt.Errorf("option %s is given twice: keep one", name)
		}
		given[name] = true
		switch name {
		case "cert-authority":
			a.CertAuthority = true
		case "namespaces", "valid-after", "valid-before":
			var value string
			if value, text, err = quoted(text); err != nil {
				return nil, fmt.Errorf("option %s: %w", name, err)
			}
			if err := a.set(name, value); err != nil {
				return nil, fmt.Errorf("option %s: %w", name, err)
			}
		default:
			// The text may be anything, a piece of a key included, and is not shown.
			return nil, errors.New("there is neither a key nor a known option behind the principals: known are cert-authority, namespaces, valid-after and valid-before, separated by commas")
		}
		if len(text) == 0 || text[0] == ' ' || text[0] == '\t' {
			break
		}
		if text[0] != ',' {
			return nil, fmt.Errorf("option %s: text follows it: separate options with commas, without blanks", name)
		}
		text = text[1:]
	}
	if !a.ValidAfter.IsZero() && !a.ValidBefore.IsZero() && !a.ValidAfter.Before(a.ValidBefore) {
		return nil, errors.New("valid-after is not before valid-before: the key would never be valid, correct one")
	}
	return trimBlanks(text), nil
}

func (a *AllowedSigner) set(name, value string) (err error) {
	switch name {
	case "namespaces":
		a.Namespaces, err = patternList(value)
	case "valid-after":
		a.ValidAfter, err = timestamp(value)
	case "valid-before":
		a.ValidBefore, err = timestamp(value)
	}
	return err
}

// quoted reads ="value". A backslash before a quote belongs to the quoting, as in OpenSSH.
func quoted(text []byte) (value string, rest []byte, err error) {
	if len(text) < 2 || text[0] != '=' || text[1] != '"' {
		return "", nil, errors.New(`the value must follow in quotes, like namespaces="git"`)
	}
	text = text[2:]
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '"':
			return b.String(), text[i+1:], nil
		case text[i] == '\\' && i+1 < len(text) && text[i+1] == '"':
			i++
		}
		b.WriteByte(text[i])
	}
	return "", nil, errors.New(`there is no closing quote: add a "`)
}

var errTimestamp = errors.New("not a time: write YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, with a Z for UTC")

// timestamp reads a time as OpenSSH does, save that one without a zone is UTC.
func timestamp(s string) (time.Time, error) {
	s = strings.ToUpper(s)
	if digits, ok := strings.CutSuffix(s, "UTC"); ok {
		s = digits
	} else {
		s = strings.TrimSuffix(s, "Z")
	}
	layout := "20060102150405"
	switch len(s) {
	case 8, 12, 14:
		layout = layout[:len(s)]
	default:
		return time.Time{}, errTimestamp
	}
	if strings.Trim(s, "0123456789") != "" {
		return time.Time{}, errTimestamp
	}
	t, err := time.Parse(layout, s)
	if err != nil {
		return time.Time{}, errTimestamp
	}
	// OpenSSH takes second 0 for none given, and so would we take year 1: a bound must not vanish.
	if t.Unix() <= 0 {
		return time.Time{}, errors.New("the time is before 1970: write a later one, or leave the option out")
	}
	return t, nil
}
