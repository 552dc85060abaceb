//go:build js

package jsapi

import "github.com/xmppreg/xmppreg/ibr"

// event hands an event to the page. Its names are the signals' of QXmpp.
func (m *manager) event(e ibr.Event) {
	var name string
	var detail any
	switch e := e.(type) {
	case ibr.FormReceived:
		name, detail = "registrationFormReceived", m.formValue(e.Form)
	case ibr.Succeeded:
		name, detail = "registrationSucceeded", m.accountValue(e.Account)
	case ibr.Failed:
		name, detail = "registrationFailed", m.errorValue(e.Err)
	case ibr.PasswordChanged:
		name, detail = "passwordChanged", object{{"newPassword", e.NewPassword}}
	case ibr.PasswordChangeFailed:
		name, detail = "passwordChangeFailed", m.errorValue(e.Err)
	case ibr.AccountDeleted:
		name, detail = "accountDeleted", object{{"jid", e.JID}}
	case ibr.AccountDeletionFailed:
		name, detail = "accountDeletionFailed", m.errorValue(e.Err)
	case ibr.SupportChanged:
		name, detail = "supportedByServerChanged", object{{"supported", e.Supported}}
	case ibr.Gauge:
		name, detail = "setGauge", object{{"gauge", e.Name}, {"value", e.Value}}
	case ibr.Counter:
		name, detail = "updateCounter", object{{"counter", e.Name}, {"amount", e.Amount}}
	case ibr.Connected:
		name, detail = "connected", object{{"jid", orNull(e.JID)}}
	case ibr.Disconnected:
		name, detail = "disconnected", object{{"reason", orNull(string(e.Reason))}}
	case ibr.Log:
		name, detail = "logMessage", object{{"level", string(e.Level)}, {"message", e.Message}}
	default:
		return
	}
	// The page's function reports what its listeners throw and throws nothing.
	_, _ = m.emit.Invoke(name, toJS(detail))
}

// orNull is null for the zero value, which in Go means that there is no value.
func orNull[T comparable](value T) any {
	var none T
	if value == none {
		return nil
	}
	return value
}
