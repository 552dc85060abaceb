package faults

import "strings"

// A span is where a value stands in a message.
type span struct{ from, to int }

// values finds the attributes' values and the texts of a message, as far as they can be
// changed without a change of what is markup.
func values(message string) []span {
	var found []span
	var quote byte
	inTag, start := strings.HasPrefix(message, "{"), 0 // JSON has nothing but quoted values
	add := func(end int) {
		if at := middle(message[start:end]); at >= 0 {
			found = append(found, span{start, end})
		}
	}
	for i := range len(message) {
		c := message[i]
		switch {
		case quote != 0 && c == quote:
			add(i)
			quote = 0
		case quote != 0:
		case inTag && (c == '\'' || c == '"'):
			quote, start = c, i+1
		case inTag && c == '>':
			inTag, start = false, i+1
		case !inTag && c == '<':
			add(i)
			inTag = true
		}
	}
	return found
}

// middle is the index of the letter or digit that stands nearest after the middle of a
// value, else of the last one before it. It is -1 where there is none.
func middle(value string) int {
	found := -1
	isEntity := false
	for i := range len(value) {
		c := value[i]
		switch {
		case c == '&':
			isEntity = true
		case c == ';':
			isEntity = false
		case isEntity || !isAlphanumeric(c):
		case i >= len(value)/2:
			return i
		default:
			found = i
		}
	}
	return found
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// Other is a value with one byte changed; it is "" where no byte can be.
func Other(value string) string {
	at := middle(value)
	if at < 0 {
		return ""
	}
	c := value[at] + 1
	switch value[at] {
	case '9':
		c = '0'
	case 'z':
		c = 'a'
	case 'Z':
		c = 'A'
	}
	return value[:at] + string(c) + value[at+1:]
}

// corruptValue changes a byte of one of the values.
func corruptValue(message string, index int) string {
	all := values(message)
	if index >= len(all) {
		return message
	}
	s := all[index]
	return message[:s.from] + Other(message[s.from:s.to]) + message[s.to:]
}

// corruptMarkup changes the last byte that closes a tag.
func corruptMarkup(message string) string {
	at := strings.LastIndexByte(message, '>')
	if at < 0 {
		return message
	}
	return message[:at] + "?" + message[at+1:]
}
