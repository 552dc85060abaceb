package stream

import "time"

// parseStamp reads a moment as XEP-0082 section 3.2 writes it: CCYY-MM-DDThh:mm:ss, a
// fraction of a second if there is one, and Z or the offset from it. It returns the zero
// time for any other text. time.Parse does more, and adds 42,000 bytes of code to the
// module.
func parseStamp(s string) time.Time {
	ok := len(s) >= len("CCYY-MM-DDThh:mm:ssZ") && s[4] == '-' && s[7] == '-' && s[10] == 'T' && s[13] == ':' && s[16] == ':'
	// number reads two digits of s.
	number := func(s string, at, most int) int {
		if !ok || len(s) < at+2 || !isDigit(s[at]) || !isDigit(s[at+1]) {
			ok = false
			return 0
		}
		n := int(s[at]-'0')*10 + int(s[at+1]-'0')
		ok = n <= most
		return n
	}
	year := 100*number(s, 0, 99) + number(s, 2, 99)
	month, day := number(s, 5, 12), number(s, 8, 31)
	hour, minute, second := number(s, 11, 23), number(s, 14, 59), number(s, 17, 59)
	if !ok {
		return time.Time{}
	}
	nanoseconds, rest := 0, s[len("CCYY-MM-DDThh:mm:ss"):]
	if rest[0] == '.' {
		unit := int(time.Second)
		end := 1
		for ; end < len(rest) && isDigit(rest[end]); end++ {
			unit /= 10 // 0 beyond nanoseconds
			nanoseconds += unit * int(rest[end]-'0')
		}
		ok = end > 1
		rest = rest[end:]
	}
	offset := 0 // in minutes
	if rest != "Z" {
		ok = ok && len(rest) == len("+hh:mm") && (rest[0] == '+' || rest[0] == '-') && rest[3] == ':'
		if offset = 60*number(rest, 1, 23) + number(rest, 4, 59); ok && rest[0] == '-' {
			offset = -offset
		}
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, nanoseconds, time.UTC)
	// A date that does not exist becomes another one.
	if !ok || t.Month() != time.Month(month) || t.Day() != day {
		return time.Time{}
	}
	return t.Add(-time.Duration(offset) * time.Minute)
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }
