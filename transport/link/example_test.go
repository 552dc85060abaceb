package link_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/xmppreg/xmppreg/ibr"
	"github.com/xmppreg/xmppreg/transport/link"
	"github.com/xmppreg/xmppreg/transport/ws"
)

// A program that has long been logged in changes its password over the stream that it has.
func Example() {
	ctx := context.Background()
	client := connect("kim@example.org") // the program's own, as a Session of mellium.im/xmpp

	own := link.New(client.Send)
	client.OnStanza = own.Deliver
	client.OnEnd = own.End

	m, err := ibr.NewManager(ibr.Config{Dialer: &ws.Dialer{}})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Disconnect() // detaches: the client's stream goes on

	if err := m.Attach(ctx, client.Address, own); err != nil {
		log.Fatal(err)
	}
	fmt.Println("supported:", m.SupportedByServer())
	if err := m.ChangePassword(ctx, "battery staple", ibr.Values{}); err != nil {
		log.Fatal(err)
	}
	fmt.Println("log in with the new one next time")

	// Output:
	// supported: true
	// log in with the new one next time
}

// A Client stands for one with a connection. Its server does what it is asked for.
type Client struct {
	Address  string
	OnStanza func(stanza string)
	OnEnd    func()
}

func connect(account string) *Client { return &Client{Address: account + "/r1"} }

// Send sends a stanza.
func (c *Client) Send(_ context.Context, stanza string) error {
	id := strings.Split(stanza, "id='")[1]
	id = id[:strings.Index(id, "'")]
	payload := ""
	if strings.Contains(stanza, "disco#info") {
		payload = `<query xmlns='http://jabber.org/protocol/disco#info'><feature var='jabber:iq:register'/></query>`
	}
	c.OnStanza(`<iq xmlns='jabber:client' type='result' from='example.org' id='` + id + `'>` + payload + `</iq>`)
	return nil
}
