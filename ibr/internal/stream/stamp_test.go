package stream

import (
	"testing"
	"time"
)

func TestStampIsReadAsTimeReadsIt(t *testing.T) {
	for _, s := range []string{
		"2026-11-29T10:00:00Z", "1969-07-21T02:56:15Z", "1969-07-20T21:56:15-05:00", "2024-02-29T23:59:59.999+14:00",
		"2026-11-29T10:00:00.1Z", "2026-11-29T10:00:00.123456789Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
		"", "Z", "2026-11-29", "2026-11-29T10:00:00", "2026-11-29T10:00:00z", "2026-11-29 10:00:00Z", "2026-11-29T10:00Z",
		"2026-02-29T10:00:00Z", "2026-00-29T10:00:00Z", "2026-13-29T10:00:00Z", "2026-11-31T10:00:00Z", "2026-11-00T10:00:00Z",
		"2026-11-29T24:00:00Z", "2026-11-29T10:60:00Z", "2026-11-29T10:00:60Z", "2026-11-29T10:00:00.Z", "2026-11-29T10:00:00.1",
		"2026-11-29T10:00:00+0100", "2026-11-29T10:00:00+23:59", "2026-11-29T10:00:00*01:00",
		"2026-11-29T10:00:00+01:0", "2026-11-29T10:00:00Z ", " 2026-11-29T10:00:00Z", "-026-11-29T10:00:00Z", "20260-11-29T10:00:00Z",
		"2026-1a-29T10:00:00Z", "soon",
	} {
		want, _ := time.Parse(time.RFC3339, s)
		if got := parseStamp(s); !got.Equal(want) {
			t.Errorf("%q is read as %v, not %v", s, got, want)
		}
	}
	// Package time takes these, which are none.
	for _, s := range []string{"2026-11-29T10:00:00+01:60", "2026-11-29T10:00:00-24:00"} {
		if got := parseStamp(s); !got.IsZero() {
			t.Errorf("%q is read as %v", s, got)
		}
	}
	// More digits than a nanosecond has do not count.
	if got, want := parseStamp("2026-11-29T10:00:00.1234567891Z"), time.Date(2026, 11, 29, 10, 0, 0, 123456789, time.UTC); !got.Equal(want) {
		t.Errorf("%v", got)
	}
}

func FuzzStamp(f *testing.F) {
	f.Add("2026-11-29T10:00:00.25+01:30")
	f.Fuzz(func(t *testing.T, s string) {
		if got := parseStamp(s); !got.IsZero() {
			if want, err := time.Parse(time.RFC3339, s); err != nil || !got.Equal(want) {
				t.Errorf("%q is read as %v, not %v (%v)", s, got, want, err)
			}
		}
	})
}
