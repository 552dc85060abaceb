package jid

import (
	"net/netip"
	"slices"
	"strings"
	"unicode/utf8"
)

// prepareDomain returns a domain with U-labels (RFC 7622 section 3.2), or an IP
// address as it is.
func prepareDomain(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", errUTF8
	}
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		if ip, err := netip.ParseAddr(s[1 : len(s)-1]); err == nil && ip.Zone() == "" && !ip.Unmap().Is4() {
			return s, nil
		}
	}
	if ip, err := netip.ParseAddr(s); err == nil && ip.Unmap().Is4() {
		return s, nil
	}
	s, err := toUnicode(strings.TrimSuffix(s, "."))
	if err != nil {
		return "", err
	}
	return withoutDot(s)
}

// toUnicode is ToUnicode of UTS #46 section 4.3, nontransitional, with CheckHyphens,
// CheckBidi, CheckJoiners and UseSTD3ASCIIRules.
func toUnicode(domain string) (string, error) {
	mapped, err := mapDomain(domain)
	if err != nil {
		return "", err
	}
	bidi, err := hasRightToLeft(domain)
	if err != nil {
		return "", err
	}
	labels := strings.Split(mapped, ".")
	for i, label := range labels {
		encoded, isALabel := strings.CutPrefix(label, "xn--")
		if isALabel {
			if label, err = decodePunycode(encoded); err != nil {
				return "", err
			}
			switch again, err := mapDomain(label); {
			case err != nil:
				return "", err
			case again != label || isASCII(label): // what is ASCII alone is no A-label (GO-2026-5026)
				return "", errLabel
			}
			more, err := hasRightToLeft(label)
			if err != nil {
				return "", err
			}
			bidi = bidi || more
			labels[i] = label
		}
		if err := checkLabel(label); err != nil {
			return "", err
		}
	}
	for _, label := range labels {
		if !bidi {
			break
		}
		if err := checkBidi(label); err != nil {
			return "", err
		}
	}
	return strings.Join(labels, "."), nil
}

// checkLabel checks a mapped label for rules about more than one character (UTS #46
// section 4.1).
func checkLabel(label string) error {
	if label == "" {
		return nil
	}
	if strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") || len(label) > 4 && label[2:4] == "--" {
		return errLabel
	}
	if isASCII(label) {
		return nil
	}
	r, _ := utf8.DecodeRuneInString(label)
	switch isMark, err := anyMark.matches(string(r)); {
	case err != nil:
		return err
	case isMark:
		return errLabel
	}
	return checkJoiners([]rune(label))
}

var anyMark = pattern{source: `^\p{M}`}

// joinState is what a label's end so far means for the joiners.
type joinState uint8

const (
	idle          joinState = iota
	joining                 // a letter that joins what follows, with transparent marks
	virama                  // a virama
	joiningVirama           // a virama behind joining
	open                    // a non-joiner behind joining
)

// checkJoiners applies the rules for U+200C and U+200D (RFC 5892 appendices A.1 and
// A.2) as golang.org/x/net/idna does: behind a non-joiner, what joins nothing is
// right as well.
func checkJoiners(s []rune) error {
	if !slices.Contains(s, nonJoiner) && !slices.Contains(s, joiner) {
		return nil
	}
	state := idle
	for _, r := range s {
		if r == nonJoiner || r == joiner {
			switch {
			case state == virama || state == joiningVirama:
				state = idle
			case state == joining && r == nonJoiner:
				state = open
			default:
				return errContext
			}
			continue
		}
		joins, err := joiningTypeOf(r)
		if err != nil {
			return err
		}
		switch {
		case joins == joinsLeft && state == open:
			return errContext
		case joins == joinsLeft || joins == joinsBoth:
			state = joining
		case joins == transparent && (state == joining || state == joiningVirama):
			state = joining
		case joins != transparent || state != open:
			state = idle
		}
		switch is, err := isVirama(r); {
		case err != nil:
			return err
		case is && state == idle:
			state = virama
		case is && state == joining:
			state = joiningVirama
		}
	}
	if state == open {
		return errContext
	}
	return nil
}

// mapDomain maps a domain's code points (UTS #46 sections 4 and 5). The table
// there was derived from Unicode's properties (section 7), and so it is here.
func mapDomain(domain string) (string, error) {
	var b, run strings.Builder
	flush := func() error {
		if run.Len() == 0 {
			return nil
		}
		mapped, err := mapRun(run.String())
		run.Reset()
		b.WriteString(mapped)
		return err
	}
	for _, r := range domain {
		if r >= 0x80 && !isDot(r) && !deviations.contain(r) {
			if disallowedInDomains.contain(r) {
				return "", errDisallowed
			}
			if !ignoredInDomains.contain(r) {
				run.WriteRune(r)
			}
			continue
		}
		if err := flush(); err != nil {
			return "", err
		}
		switch {
		case isDot(r):
			b.WriteByte('.')
		case 'A' <= r && r <= 'Z':
			b.WriteByte(byte(r) | 0x20)
		case r >= 0x80 || isLDH(r):
			b.WriteRune(r)
		default:
			return "", errDisallowed
		}
	}
	if err := flush(); err != nil || isASCII(domain) {
		return b.String(), err
	}
	return normalize("NFC", b.String())
}

func isLDH(r rune) bool {
	return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-'
}

func isDot(r rune) bool {
	return r == '.' || r == 0x3002 || r == 0xFF0E || r == 0xFF61
}

const (
	// Deviations are valid as they are, since the mapping is nontransitional.
	deviations ranges = "\u00DF\u00DF\u03C2\u03C2\u200C\u200D"

	// Ignored are these of Default_Ignorable_Code_Point; the others are disallowed.
	ignoredInDomains ranges = "\u00AD\u00AD\u034F\u034F\u180B\u180D\u180F\u180F\u200B\u200B\u2060\u2060\u2064\u2064" +
		"\uFE00\uFE0F\uFEFF\uFEFF\U0001BCA0\U0001BCA3\U000E0100\U000E01EF"

	// Code points that IDNA2003 or Unicode 3.2 treated in another way are disallowed.
	disallowedInDomains ranges = "\u04C0\u04C0\u10A0\u10C5\u1806\u1806\u2132\u2132\u2183\u2183\u2260\u2260\u226E\u226F" +
		"\u2FF0\u2FFF\u31EF\u31EF\uFFFC\uFFFD\U0002F868\U0002F868\U0002F874\U0002F874\U0002F91F\U0002F91F" +
		"\U0002F95F\U0002F95F\U0002F9BF\U0002F9BF"
)

var (
	validInDomains = pattern{source: `^(?:[a-z0-9\-]|(?![\x00-\x7F\u3002\p{DI}])[\p{L}\p{M}\p{N}\p{S}\p{P}])*$`}
	changesByNFKC  = pattern{source: `\p{CWKCF}`} // or rather by NFKC_Casefold
	changesByFold  = pattern{source: `\p{CWCF}`}
)

// mapRun maps a text without any of the special code points.
func mapRun(s string) (string, error) {
	switch changes, err := changesByNFKC.matches(s); {
	case err != nil:
		return "", err
	case changes:
		// Each by itself: some marks become letters, and NFC comes after that.
		var b strings.Builder
		for _, r := range s {
			mapped, err := foldCompatibly(string(r))
			if err != nil {
				return "", err
			}
			b.WriteString(mapped)
		}
		s = b.String()
	}
	ok, err := validInDomains.matches(s)
	if err == nil && !ok {
		err = errDisallowed
	}
	return s, err
}

// foldCompatibly is NFKC_Casefold (UAX #44) of a code point. The second time is for
// what NFKC makes of a letter.
func foldCompatibly(s string) (string, error) {
	changes, err := changesByNFKC.matches(s)
	for i := 0; changes && err == nil && i < 2; i++ {
		s, err = foldCase(s)
	}
	return s, err
}

// foldCase returns NFKC(toCasefold(NFD(s))).
func foldCase(s string) (string, error) {
	s, err := normalize("NFD", s)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, r := range s {
		folded := string(r)
		changes, err := changesByFold.matches(folded)
		if changes {
			folded, err = upper(folded)
			// Cherokee alone is folded to capitals, because they came first.
			if err == nil && !(0x13A0 <= r && r <= 0x13FD || 0xAB70 <= r && r <= 0xABBF) {
				folded, err = lower(folded)
			}
		}
		if err != nil {
			return "", err
		}
		b.WriteString(folded)
	}
	return normalize("NFKC", b.String())
}
