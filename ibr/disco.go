package ibr

import (
	"context"
	"time"
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

// discoPatience bounds how long a login waits for service discovery.
const discoPatience = 5 * time.Second

// discoverSupport asks the server what it supports (XEP-0030 section 3.1). A
// server that does not say supports nothing. It fails only if the stream has
// ended or the caller gave up.
func (m *Manager) discoverSupport(ctx context.Context, s *session) error {
	bounded, cancel := context.WithTimeoutCause(ctx, discoPatience, errTimeout)
	defer cancel()
	iq, err := m.ask(bounded, s, request{op: opGet, optional: true}, "get", m.domain, el(nsDiscoInfo, "query"))
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil && !s.alive():
		return err
	case err != nil:
		m.Log(LogInfo, "the server did not say what it supports")
		return nil
	}
	query := iq.child(nsDiscoInfo, "query")
	if query == nil {
		return nil
	}
	for i := range query.children {
		if c := &query.children[i]; c.is(nsDiscoInfo, "feature") && c.get("var") == nsRegister {
			m.setSupported(s, true)
			break
		}
	}
	return nil
}

// setSupported tells of a change: what a stream that is still the manager's has
// said, or false when there is no stream.
func (m *Manager) setSupported(s *session, supported bool) {
	m.mu.Lock()
	changed := m.supported != supported && (s == nil || m.session == s)
	if changed {
		m.supported = supported
	}
	m.mu.Unlock()
	if changed {
		m.emit(SupportChanged{Supported: supported})
	}
}
