package form

import (
	"math/big"
	"strings"
	"testing"
	"time"
)

func TestDatatypeRulesOutWhatIsNotOfIt(t *testing.T) {
	for _, c := range []struct {
		datatype     string
		right, wrong string // parted by "|"
	}{
		{"xs:integer", "0|18|-5|+7|007|123456789012345678901234567890| 18 ", "1.0|1.|a|1a|1e3|--1|+|٣|1 8|0x1F|1_000"},
		{"xs:byte", "-128|127|0|+127|00000127", "-129|128|1000000000000000000000"},
		{"xs:short", "-32768|32767", "-32769|32768"},
		{"xs:int", "-2147483648|2147483647", "-2147483649|2147483648"},
		{"xs:long", "-9223372036854775808|9223372036854775807", "-9223372036854775809|9223372036854775808"},
		{"xs:unsignedByte", "0|-0|255", "-1|256"},
		{"xs:unsignedShort", "0|65535", "-1|65536"},
		{"xs:unsignedInt", "0|4294967295", "-1|4294967296"},
		{"xs:unsignedLong", "0|18446744073709551615", "-1|18446744073709551616"},
		{"xs:nonNegativeInteger", "0|99999999999999999999", "-1"},
		{"xs:positiveInteger", "1|99999999999999999999", "0|-1"},
		{"xs:nonPositiveInteger", "0|-99999999999999999999", "1"},
		{"xs:negativeInteger", "-1", "0|1"},
		{"xs:decimal", "0|1.5|-.5|5.|+1.50|1234567890123456789.0987654321", "1e3|.|-|1,5|1.2.3|INF|NaN"},
		{"xs:double", "1|-1.5|1e3|1E-3|.5e+10|INF|-INF|NaN|1e400|1e99999999999999999999", "e3|1e|1e1.5|inf|Infinity|nan|-NaN|0x1p3|1_0"},
		{"xs:float", "1.5e3|INF", "1.5f"},
		{"xs:boolean", "true|false|1|0", "yes|no|TRUE|2"},
		{"xs:date", "2003-10-06|2004-02-29|2000-02-29|-0044-03-15|12004-01-01|2003-10-06Z|2003-10-06+14:00|2003-10-06-05:30",
			"2003-02-29|1900-02-29|2003-13-01|2003-00-10|2003-10-00|2003-10-32|2003-4-5|03-10-06|06.10.2003|2003-10-06T|2003-10-06+14:01|2003-10-06+05:60|2003-10-06T11:22:00"},
		{"xs:dateTime", "2003-10-06T11:22:00-07:00|2003-10-06T11:22:00|2003-10-06T11:22:00.125Z|2003-10-06T24:00:00|2003-10-06T23:59:59.999",
			"2003-10-06|2003-10-06 11:22:00|2003-10-06T11:22|2003-10-06T11:60:00|2003-10-06T11:22:60|2003-10-06T25:00:00|2003-10-06T24:00:01|2003-10-06T24:00:00.1|2003-10-06T11:22:00.|2003-02-30T11:22:00"},
		{"xs:time", "11:22:00|24:00:00|11:22:00.5Z|23:59:59-12:00", "11:22|24:30:00|24:00:01|25:00:00|11:60:00|11:22:60|1:22:00|11:22:00z"},
		{"xs:language", "en|pt-BR|de-1996|i-klingon", "englishlanguage|e_n|en-|-en|e n|日本"},
		{"xs:anyURI", "https://example.org/a?b=c#d|xmpp:kim@shore.example|../a|#top|urn:isbn:1|https://münchen.example/ä|a%20b|[::1]", "a b|https://example.org/a b|100%|%zz|<a>|a\"b|a\nb"},
		{"xs:string", "|anything at all\n", ""},
		{"xsd:int", "1", "a|2147483648"},
		{"x:house", "anything", ""},
		{"xs:nothing", "anything", ""},
		{"integer", "anything", ""},
		{"", "anything", ""},
	} {
		d := datatypeOf(c.datatype)
		for _, text := range strings.Split(c.right, "|") {
			if _, ok := d.read(text); !ok {
				t.Errorf("%q is no %s", text, c.datatype)
			}
		}
		for _, text := range strings.Split(c.wrong, "|") {
			if _, ok := d.read(text); ok && text != "" {
				t.Errorf("%q is a %s", text, c.datatype)
			}
		}
	}
}

func TestValuesOfDatatypesAreInOrder(t *testing.T) {
	for _, c := range []struct {
		datatype string
		values   string // parted by "<" where the next is greater and by "=" where it is not
	}{
		{"xs:integer", "-100000000000000000000 < -99999999999999999999 < -10 < -9 < -1 < 0 = -0 = +0 = 000 < 1 = +01 < 9 < 10 < 18 < 120 < 99999999999999999999 < 100000000000000000000 < 100000000000000000001"},
		{"xs:decimal", "-1.5 < -1.49 < -1 < -.5 = -0.50 < -0.05 < 0 = .0 = 0.000 < 0.049 < 0.05 < 0.1 = .10 < 0.12 < 0.2 < 1 = 1. = 1.0 < 1.00000000000000000000000000001 < 9.99 < 10.0"},
		{"xs:double", "-INF < -1e99 < -1 < 0 = 0e50 < 1e-99 < 1.5 = 15e-1 = 0.15e1 < 1e1 = 10 = 100E-1 < 1e2 < 1e99 < 1e400 < INF = +INF"},
		{"xs:float", "-2.5 < 1e2"},
		{"xs:date", "-0001-01-01 < 0001-01-01 < 1999-12-31 < 2000-01-01 < 2003-10-06 < 12003-10-06"},
		{"xs:date", "2003-10-06+01:00 < 2003-10-06Z < 2003-10-06-01:00 < 2003-10-07+14:00"},
		{"xs:date", "2003-10-05 < 2003-10-06Z = 2003-10-06"},
		{"xs:dateTime", "2003-10-06T11:22:00Z = 2003-10-06T04:22:00-07:00 = 2003-10-06T16:52:00+05:30 < 2003-10-06T11:22:00.01Z < 2003-10-06T11:22:00.1Z = 2003-10-06T11:22:00.100Z < 2003-10-06T11:22:01Z < 2003-10-06T24:00:00Z = 2003-10-07T00:00:00Z"},
		{"xs:dateTime", "2003-10-06T11:22:00 < 2003-10-06T11:22:01"},
		{"xs:dateTime", "2003-10-05T21:00:00 < 2003-10-06T11:22:00Z = 2003-10-06T00:00:00 = 2003-10-06T14:00:00Z = 2003-10-06T12:00:00 < 2003-10-07T12:00:00Z"},
		{"xs:time", "24:00:00 = 00:00:00 < 00:00:00.5 < 08:00:00 < 23:59:59"},
		{"xs:time", "10:00:00+02:00 < 09:00:00Z = 04:00:00-05:00"},
	} {
		d := datatypeOf(c.datatype)
		words := strings.Fields(c.values)
		for i := 2; i < len(words); i += 2 {
			a, b := d.bound(words[i-2]), d.bound(words[i])
			if a == nil || b == nil {
				t.Errorf("%s: %s or %s is nowhere", c.datatype, words[i-2], words[i])
				continue
			}
			isLess := words[i-1] == "<"
			if there, back := a.compare(b), b.compare(a); (there < 0) != isLess || (back > 0) != isLess || !isLess && (there != 0 || back != 0) {
				t.Errorf("%s: %s to %s is %d and %d", c.datatype, words[i-2], words[i], there, back)
			}
		}
	}
}

// FuzzDatatype reads any text as a value of each datatype, and compares numbers
// and times with what the standard library makes of them.
func FuzzDatatype(f *testing.F) {
	for _, pair := range [][2]string{{"18", "-120"}, {"1.50", ".05"}, {"007", "1e3"}, {"2003-10-06", "2004-02-29Z"}, {"24:00:00", "11:22:00.5+05:30"}, {"2003-10-06T11:22:00Z", "2003-10-06T04:22:00-07:00"}, {"a%20b", "pt-BR"}} {
		f.Add(pair[0], pair[1])
	}
	datatypes := []string{"xs:integer", "xs:byte", "xs:decimal", "xs:double", "xs:date", "xs:dateTime", "xs:time", "xs:boolean", "xs:language", "xs:anyURI"}
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a)+len(b) > 1000 {
			return
		}
		for _, name := range datatypes {
			d := datatypeOf(name)
			low, high := d.bound(a), d.bound(b)
			if low == nil || high == nil {
				continue
			}
			got := low.compare(high)
			if back := high.compare(low); (got < 0) != (back > 0) || (got == 0) != (back == 0) {
				t.Errorf("%s: %q to %q is %d, and back %d", name, a, b, got, back)
			}
			want := got
			switch name {
			case "xs:integer", "xs:decimal":
				x, _ := new(big.Rat).SetString(strings.Trim(a, " \t\r\n"))
				y, _ := new(big.Rat).SetString(strings.Trim(b, " \t\r\n"))
				want = x.Cmp(y)
			case "xs:dateTime":
				x, err := time.Parse(time.RFC3339Nano, a)
				y, err2 := time.Parse(time.RFC3339Nano, b)
				if err == nil && err2 == nil && len(a) < 30 && len(b) < 30 {
					want = x.Compare(y)
				}
			}
			if (got < 0) != (want < 0) || (got == 0) != (want == 0) {
				t.Errorf("%s: %q to %q is %d, want %d", name, a, b, got, want)
			}
		}
	})
}
