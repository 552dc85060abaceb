package langtag

import "github.com/hack-pad/safejs"

// canonical is Canonical for what is not a locale of POSIX. The browser knows tags
// (ECMA-402 section 8.3.1).
func canonical(tag string) string {
	intl, err := safejs.Global().Get("Intl")
	if err != nil {
		return ""
	}
	list, err := intl.Call("getCanonicalLocales", tag)
	if err != nil {
		return "" // it throws at what is not well-formed
	}
	first, err := list.Index(0)
	if err != nil {
		return ""
	}
	canonical, err := first.String()
	if err != nil {
		return ""
	}
	return canonical
}
