package ibr

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

	// Connected comes when the stream is ready for requests. JID is the user's
	// address, empty for a guest.
	Connected struct{ JID string }

	// Disconnected comes when the stream has ended. Reason is empty if this
	// side asked for it.
	Disconnected struct{ Reason Reason }

	// Log comes with what may help to find a fault. Nothing in it is secret:
	// what people fill in, tokens and credentials are left out.
	Log struct {
		Level   LogLevel
		Message string
	}
)

func (FormReceived) event() {}
func (Succeeded) event()    {}
func (Failed) event()       {}
func (Connected) event()    {}
func (Disconnected) event() {}
func (Log) event()          {}

// A LogLevel is one of the types of QXmpp's log messages.
type LogLevel string

// The log levels.
const (
	LogDebug    LogLevel = "debug"
	LogInfo     LogLevel = "info"
	LogWarning  LogLevel = "warning"
	LogSent     LogLevel = "sent"     // a stanza, with what is secret replaced
	LogReceived LogLevel = "received" // a stanza, with what is secret replaced
)
