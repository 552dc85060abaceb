package ibr

// An Account is what a registration has made. The server may want more to be done before
// it can be used, and says so by one of the last four members or by several.
type Account struct {
	JID      string // the address to log in with, prepared as RFC 7622 wants it
	Username string // its local part
	Domain   string
	Service  string // the service that was registered with, empty for an account

	Instructions string // what is still to be done, such as an e-mail to be opened; lines are joined by "\n"
	URL          string // where to do it (XEP-0066): https:, http:, mailto: or xmpp:; empty for nowhere
	Application  string // the name of an element that stands for what is still to be done, such as "email-confirmation-required"; empty if there is none
	Form         *Form  // what is still to be filled in: Submit sends the answers; nil if there is nothing
}
