package ibr

// An Account is what a registration has made.
type Account struct {
	JID          string // the address to log in with, prepared as RFC 7622 wants it
	Username     string // its local part
	Domain       string
	Service      string // the service that was registered with, empty for an account
	Instructions string // what the server says is still to be done, as an e-mail to be opened; lines are joined by "\n"
}
