package jid

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// What can be wrong with an address.
var (
	errEmptyLocal    = errors.New("the local part is empty")
	errEmptyResource = errors.New("the resource is empty")
	errUTF8          = errors.New("it is not valid UTF-8")
	errForbidden     = errors.New("the local part has one of \"&'/:<>@")
	errDisallowed    = errors.New("a character is not allowed")
	errContext       = errors.New("a character is not allowed where it is")
	errBidi          = errors.New("letters of both directions are mixed")
	errLabel         = errors.New("a label of the domain is not allowed")
)

// Parse reads an address and prepares its parts.
func Parse(address string) (JID, error) {
	// It is taken apart before anything is mapped, because mapping can make an @ or
	// a slash of another character (RFC 7622 section 3.1).
	rest, resource, found := strings.Cut(address, "/")
	if found && resource == "" {
		return JID{}, errEmptyResource
	}
	local, domain, found := strings.Cut(rest, "@")
	if !found {
		return New("", rest, resource)
	}
	if local == "" {
		return JID{}, errEmptyLocal
	}
	return New(local, domain, resource)
}

// New prepares the parts of an address. All but the domain may be empty.
func New(local, domain, resource string) (JID, error) {
	var j JID
	var err error
	if j.domain, err = prepareDomain(domain); err != nil {
		return JID{}, err
	}
	if j.local, err = prepareLocal(local); err != nil {
		return JID{}, err
	}
	if j.resource, err = prepareResource(resource); err != nil {
		return JID{}, err
	}
	return j, nil
}

// WithLocal returns the address with another local part, which it prepares.
func (j JID) WithLocal(local string) (JID, error) {
	var err error
	if j.local, err = prepareLocal(local); err != nil {
		return JID{}, err
	}
	return j, nil
}

// prepareLocal enforces the profile UsernameCaseMapped (RFC 8265 section 3.3) and
// what RFC 7622 section 3.3.1 excludes.
func prepareLocal(s string) (string, error) {
	err := checkText(s)
	if err != nil {
		return "", err
	}
	if isASCII(s) {
		s = strings.ToLower(s)
		if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7F }) {
			return "", errDisallowed
		}
	} else if s, err = caseMappedUsername(s); err != nil {
		return "", err
	}
	switch {
	case strings.ContainsAny(s, `"&'/:<>@`):
		return "", errForbidden
	case len(s) > most:
		return "", errLength
	}
	return s, nil
}

// prepareResource enforces the profile OpaqueString (RFC 8265 section 4.2).
func prepareResource(s string) (string, error) {
	err := checkText(s)
	if err != nil {
		return "", err
	}
	if isASCII(s) {
		if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7F }) {
			return "", errDisallowed
		}
	} else if s, err = opaqueString(s); err != nil {
		return "", err
	}
	if len(s) > most {
		return "", errLength
	}
	return s, nil
}

// checkText refuses what is wrong in a local part and in a resource.
func checkText(s string) error {
	if !utf8.ValidString(s) {
		return errUTF8
	}
	if strings.ContainsRune(s, byteOrderMark) {
		return errDisallowed
	}
	return nil
}

// byteOrderMark is allowed in no part. On the way to JavaScript, wasm_exec.js would
// take it away from the beginning of a string.
const byteOrderMark = 0xFEFF

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}
