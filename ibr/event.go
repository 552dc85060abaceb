package ibr

import (
	"sync"
	"sync/atomic"

	"github.com/xmppreg/xmppreg/ibr/internal/stream"
)

// An Event is something that happened to a Manager. The types that implement it
// are the signals of QXmppRegistrationManager, and those of the connection.
type Event interface{ event() }

type (
	// FormReceived comes with a form that was asked for.
	FormReceived struct{ Form *Form }

	// Succeeded comes when the server has created the account.
	Succeeded struct{ Account *Account }

	// Failed comes when a form could not be had or was not accepted.
	Failed struct{ Err *Error }

	// PasswordChanged comes when the account has a new password.
	PasswordChanged struct{ NewPassword string }

	// PasswordChangeFailed comes when it still has the old one, or nobody knows.
	PasswordChangeFailed struct{ Err *Error }

	// AccountDeleted comes when the account with that address is no more.
	AccountDeleted struct{ JID string }

	// AccountDeletionFailed comes when it is still there, or nobody knows.
	AccountDeletionFailed struct{ Err *Error }

	// SupportChanged comes when SupportedByServer has changed.
	SupportChanged struct{ Supported bool }

	// Connected comes when the stream is ready for requests. JID is the user's
	// address, empty for a guest.
	Connected struct{ JID string }

	// Disconnected comes when the stream has ended. Reason is empty where that
	// is no failure: the caller disconnected, or the server dropped a user who
	// was silent.
	Disconnected struct{ Reason Reason }

	// Log comes with what may help to find a fault. Nothing in it is secret:
	// what people fill in, tokens and credentials are left out.
	Log struct {
		Level   LogLevel
		Message string
	}

	// Gauge comes when a figure has another value: "streams.open", 0 or 1.
	Gauge struct {
		Name  string
		Value float64
	}

	// Counter comes when something was counted: "streams.opened",
	// "stanzas.sent", "stanzas.received".
	Counter struct {
		Name   string
		Amount int
	}
)

func (PasswordChanged) event()       {}
func (PasswordChangeFailed) event()  {}
func (AccountDeleted) event()        {}
func (AccountDeletionFailed) event() {}
func (SupportChanged) event()        {}
func (Gauge) event()                 {}
func (Counter) event()               {}
func (FormReceived) event()          {}
func (Succeeded) event()             {}
func (Failed) event()                {}
func (Connected) event()             {}
func (Disconnected) event()          {}
func (Log) event()                   {}

// A LogLevel is one of the types of QXmpp's log messages.
type LogLevel string

const (
	LogDebug    LogLevel = "debug"
	LogInfo     LogLevel = "info"
	LogWarning  LogLevel = "warning"
	LogSent     LogLevel = "sent"     // a stanza, with what is secret replaced
	LogReceived LogLevel = "received" // a stanza, with what is secret replaced
)

// SetDiagnostics decides whether Log, Gauge and Counter events are made. They are
// from the start. They cost time: each stanza is written once more, without what
// is secret.
func (m *Manager) SetDiagnostics(enabled bool) { m.events.quiet.Store(!enabled) }

// Log emits a Log event, in its place among the other events. It is for the program that
// makes the Dialer, so that a transport can log too.
func (m *Manager) Log(level LogLevel, message string) {
	m.events.diagnose(Log{Level: level, Message: message})
}

// An emitter hands events to the user of a Manager, one at a time.
type emitter struct {
	mu      sync.Mutex
	receive func(Event) // nil where nobody listens
	quiet   atomic.Bool // without diagnostics
}

func (m *emitter) emit(e Event) {
	if m.receive == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.receive(e)
}

// wantsDiagnostics tells whether Log, Gauge and Counter events reach anybody.
func (m *emitter) wantsDiagnostics() bool { return m.receive != nil && !m.quiet.Load() }

// diagnose emits a Log, Gauge or Counter event.
func (m *emitter) diagnose(e Event) {
	if m.wantsDiagnostics() {
		m.emit(e)
	}
}

// logStanza counts and logs a stanza that went out or came in.
func (m *Manager) logStanza(d stream.Direction, redacted func() string) {
	if !m.events.wantsDiagnostics() {
		return
	}
	level := LogSent
	if d == stream.Received {
		level = LogReceived
	}
	m.events.emit(Counter{Name: "stanzas." + string(level), Amount: 1})
	m.Log(level, redacted())
}
