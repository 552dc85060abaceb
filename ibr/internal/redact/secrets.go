// Package redact writes stanzas for a log without what is secret in them: what
// people fill in, tokens and credentials, also where the server repeats them, as
// in "The password hunter2 is too weak".
package redact

import (
	"slices"
	"strings"
	"sync"

	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// Secrets are texts that must not be logged. The zero value has no secrets. The methods
// may be called from several goroutines.
type Secrets struct {
	mu   sync.Mutex
	list []string
}

// Add makes a text secret.
func (s *Secrets) Add(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.add(text)
}

func (s *Secrets) add(text string) {
	if text = strings.TrimSpace(text); text != "" && !slices.Contains(s.list, text) {
		s.list = append(s.list, text)
	}
}

// AddFrom makes secret what the elements marked as such hold.
func (s *Secrets) AddFrom(e *xmltree.Element) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addFrom(e, false)
}

func (s *Secrets) addFrom(e *xmltree.Element, inSecret bool) {
	secret := inSecret || e.Secret
	if secret {
		s.add(e.Text)
		for _, a := range e.Attr {
			if !publicAttr[a.Name.Local] {
				s.add(a.Value)
			}
		}
	}
	for i := range e.Children {
		s.addFrom(&e.Children[i], secret)
	}
}

// Write returns an element as XML for a log.
func (s *Secrets) Write(e *xmltree.Element) string {
	s.mu.Lock()
	w := writer{secrets: s.list[:len(s.list):len(s.list)]}
	s.mu.Unlock()
	w.write(e, "")
	text := w.String()
	if len(text) > maxLogged {
		text = strings.ToValidUTF8(text[:maxLogged], "") + "…"
	}
	return text
}
