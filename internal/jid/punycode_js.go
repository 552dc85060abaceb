package jid

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// decodePunycode decodes what follows the xn-- of a label in lower case (RFC 3492
// section 6.2).
func decodePunycode(encoded string) (string, error) {
	const (
		base, tMin, tMax = 36, 1, 26
		skew, damp       = 38, 700
		maxInt           = 1<<31 - 1
	)
	var output []rune
	rest := encoded
	if i := strings.LastIndexByte(encoded, '-'); i == 0 {
		return "", errLabel
	} else if i > 0 {
		output = []rune(encoded[:i])
		rest = encoded[i+1:]
	}
	n, i, bias := int64(utf8.RuneSelf), int64(0), int64(72)
	for rest != "" {
		before, weight := i, int64(1)
		for k := int64(base); ; k += base {
			if rest == "" {
				return "", errLabel
			}
			var digit int64
			switch c := rest[0]; {
			case 'a' <= c && c <= 'z':
				digit = int64(c - 'a')
			case '0' <= c && c <= '9':
				digit = int64(c-'0') + 26
			default:
				return "", errLabel
			}
			rest = rest[1:]
			if i += digit * weight; i > maxInt {
				return "", errLabel
			}
			t := min(max(k-bias, tMin), tMax)
			if digit < t {
				break
			}
			if weight *= base - t; weight > maxInt {
				return "", errLabel
			}
		}
		if len(output) > most {
			return "", errLabel
		}
		length := int64(len(output)) + 1

		// The bias is adapted (section 6.1).
		delta := (i - before) / 2
		if before == 0 {
			delta = (i - before) / damp
		}
		delta += delta / length
		bias = 0
		for ; delta > (base-tMin)*tMax/2; delta /= base - tMin {
			bias += base
		}
		bias += (base - tMin + 1) * delta / (delta + skew)

		n += i / length
		i %= length
		if n > utf8.MaxRune {
			return "", errLabel
		}
		output = slices.Insert(output, int(i), rune(n))
		i++
	}
	return string(output), nil
}
