package ibr

import (
	"context"

	"mellium.im/xmpp/jid"
)

// DiscoveryFeatures are the features that a client announces for what this
// package does (XEP-0030 section 3.1).
func DiscoveryFeatures() []string { return []string{nsRegister} }

// SupportedByServer tells whether the server supports registration for the
// account that is logged in, as service discovery says.
func (m *Manager) SupportedByServer() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.supported
}

// discoverSupport asks the server what it supports (XEP-0030 section 3.1). A
// server that does not say supports nothing.
func (m *Manager) discoverSupport(ctx context.Context, s *session) {
	iq, err := m.ask(ctx, s, request{op: opGet}, "get", m.domain.String(), jid.JID{}, el(nsDiscoInfo, "query"))
	if err != nil {
		m.log(LogInfo, "the server did not say what it supports")
		return
	}
	query := iq.child(nsDiscoInfo, "query")
	if query == nil {
		return
	}
	for i := range query.children {
		if c := &query.children[i]; c.is(nsDiscoInfo, "feature") && c.get("var") == nsRegister {
			m.setSupported(true)
			return
		}
	}
}

// setSupported tells of a change.
func (m *Manager) setSupported(supported bool) {
	m.mu.Lock()
	changed := m.supported != supported
	m.supported = supported
	m.mu.Unlock()
	if changed {
		m.emit(SupportChanged{Supported: supported})
	}
}
