package ibr

import (
	"context"
	"time"
)

// discoPatience bounds how long a login waits for service discovery.
const discoPatience = 5 * time.Second

// DiscoveryFeatures are the features that a client announces for what this
// package does (XEP-0030 section 3.1).
func DiscoveryFeatures() []string { return []string{nsRegister} }

// SupportedByServer tells whether the server supports registration for the
// account that is logged in, as service discovery says.
func (m *Manager) SupportedByServer() bool { return m.supported.Load() }

// discoverSupport asks the server what it supports (XEP-0030 section 3.1). A
// server that does not say supports nothing. It fails only if the stream has
// ended or the caller gave up.
func (m *Manager) discoverSupport(ctx context.Context, s *session) error {
	bounded, cancel := context.WithTimeoutCause(ctx, min(discoPatience, m.config.Timeout), errTimeout)
	defer cancel()
	supported, err := s.Supports(bounded, m.user.domain, nsRegister)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil && !s.Usable():
		return failure(bounded, err)
	case err != nil:
		m.Log(LogInfo, "the server did not say what it supports")
		return nil
	}
	if supported {
		m.setSupported(true)
	}
	return nil
}

// setSupported tells of a change.
func (m *Manager) setSupported(supported bool) {
	if m.supported.Swap(supported) != supported {
		m.events.emit(SupportChanged{Supported: supported})
	}
}
