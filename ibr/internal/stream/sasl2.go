package stream

import (
	"strings"

	"github.com/xmppreg/xmppreg/internal/jid"
	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// bindTag is what a server makes a resource of (XEP-0386 section 3): the name of the
// software.
const bindTag = "xmppreg"

// sasl2Protocol is SASL2. A login with it binds an address as well where the server offers that. It has
// no user agent, which is for clients that come back.
var sasl2Protocol = protocol{
	space: nsSASL2,
	begin: func(f Features, mechanism string, response []byte) xmltree.Element { // XEP-0388 section 2.2
		e := xmltree.New(nsSASL2, "authenticate", xmltree.NewText("initial-response", encodeSASL(response))).With("mechanism", mechanism)
		if f.offersBind2() {
			e.Children = append(e.Children, xmltree.New(nsBind2, "bind", xmltree.NewText("tag", bindTag)))
		}
		return e
	},
	read: func(e *xmltree.Element) (data string, isLast bool, err error) { // XEP-0388 sections 2.3 to 2.6
		switch {
		case e.Is(nsSASL2, "challenge"):
			return e.Text, false, nil
		case e.Is(nsSASL2, "success"):
			return e.ChildText(nsSASL2, "additional-data"), true, nil
		case e.Is(nsSASL2, "continue"):
			return "", false, readTasks(e)
		}
		return "", false, unexpected(e)
	},
}

// boundAddress returns the address that a login with SASL2 has bound, the zero value if it
// has bound none (XEP-0386 section 4).
func boundAddress(success *xmltree.Element) (jid.JID, error) {
	if success.Child(nsBind2, "bound") == nil {
		return jid.JID{}, nil
	}
	address, err := jid.Parse(success.ChildText(nsSASL2, "authorization-identifier"))
	if err != nil || address.Localpart() == "" || address == address.Bare() {
		return jid.JID{}, ErrMalformed
	}
	return address, nil
}

// TasksError is a login that needs more than a password (XEP-0388 section 2.6.3).
type TasksError struct {
	Tasks []string // as the server names them
	Text  string
}

func (e *TasksError) Error() string {
	return "the login needs more than a password: " + strings.Join(e.Tasks, ", ")
}

// readTasks understands <continue/>.
func readTasks(e *xmltree.Element) *TasksError {
	err := &TasksError{Text: strings.TrimSpace(e.ChildText(nsSASL2, "text"))}
	if list := e.Child(nsSASL2, "tasks"); list != nil {
		for i := range list.Children {
			err.Tasks = append(err.Tasks, list.Children[i].Text)
		}
	}
	return err
}
