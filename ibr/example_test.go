package ibr_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/xmppreg/xmppreg/ibr"
)

// Somebody signs up: the server's form, the answers, the account.
func Example() {
	ctx := context.Background()
	m, err := ibr.NewManager(ibr.Config{
		Domain: "example.org",
		Dialer: signUpServer(), // in a program &ws.Dialer{}, of package transport/ws
	})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Disconnect()

	form, err := m.RequestForm(ctx, "")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(form.Instructions)
	for _, field := range form.Fields {
		if field.Type != "hidden" {
			fmt.Printf("%s (%s), required: %t\n", field.Label, field.Name, field.Required)
		}
	}

	account, err := m.Submit(ctx, ibr.Values{Fields: map[string][]string{
		"username": {"kim"},
		"password": {"correct horse battery staple"},
	}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Log in as", account.JID)

	// Output:
	// Pick a name.
	// User name (username), required: true
	// Password (password), required: true
	// Log in as kim@example.org
}

// A form with a CAPTCHA has its picture as data, ready to be shown. A form is good
// for one attempt: after a wrong answer the next one has to be asked for and
// solved.
func ExampleManager_Submit_captcha() {
	ctx := context.Background()
	m, err := ibr.NewManager(ibr.Config{Domain: "example.org", Dialer: captchaServer()})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Disconnect()

	for _, answer := range []string{"q8Rt3", "q8Rt2"} {
		form, err := m.RequestForm(ctx, "")
		if err != nil {
			log.Fatal(err)
		}
		if form.HasCaptcha() {
			picture := form.Field("ocr").Media[0]
			fmt.Printf("a picture: %s, %d bytes\n", picture.Type, len(picture.Data))
		}
		account, err := m.Submit(ctx, ibr.Values{Fields: map[string][]string{
			"username": {"kim"},
			"password": {"correct horse battery staple"},
			"ocr":      {answer},
		}})
		if errors.Is(err, ibr.CaptchaFailed) {
			fmt.Println("wrong, once more")
			continue
		}
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("registered", account.JID)
	}

	// Output:
	// a picture: image/png, 3 bytes
	// wrong, once more
	// a picture: image/png, 3 bytes
	// registered kim@example.org
}

// An invitation's link decides the server, and the name if it is for one.
func ExampleConfig_invitation() {
	ctx := context.Background()
	m, err := ibr.NewManager(ibr.Config{
		Token:  "xmpp:kim@example.org?register;preauth=TOKEN",
		Dialer: invitingServer(),
	})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Disconnect()

	form, err := m.RequestForm(ctx, "")
	switch {
	case errors.Is(err, ibr.InviteInvalid):
		log.Fatal("the invitation was used, or has expired")
	case err != nil:
		log.Fatal(err)
	}
	fmt.Printf("%s, %q\n", form.Domain, form.Field("username").Values)

	// Output:
	// example.org, ["kim"]
}

// After a login the account's password can be changed. The manager logs in with
// the new one from then on.
func ExampleManager_ChangePassword() {
	ctx := context.Background()
	m, err := ibr.NewManager(ibr.Config{Dialer: changingServer()})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Disconnect()

	if err := m.Connect(ctx, ibr.Login{JID: "kim@example.org", Password: "correct horse"}); err != nil {
		log.Fatal(err)
	}
	fmt.Println("supported:", m.SupportedByServer())
	if err := m.ChangePassword(ctx, "battery staple", ibr.Values{}); err != nil {
		log.Fatal(err)
	}
	m.Disconnect()
	fmt.Println("logged in again:", m.Connect(ctx, ibr.Login{}) == nil)

	// Output:
	// supported: true
	// logged in again: true
}

// A server may want to know more before it deletes an account: the error has a
// form then, and the call is repeated with the answers.
func ExampleManager_DeleteAccount() {
	ctx := context.Background()
	m, err := ibr.NewManager(ibr.Config{
		Dialer: deletingServer(),
		Events: func(e ibr.Event) {
			if e, ok := e.(ibr.AccountDeleted); ok {
				fmt.Println("deleted", e.JID)
			}
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Disconnect()

	if err := m.Connect(ctx, ibr.Login{JID: "kim@example.org", Password: "correct horse"}); err != nil {
		log.Fatal(err)
	}
	err = m.DeleteAccount(ctx, ibr.Values{})
	var e *ibr.Error
	if errors.As(err, &e) && e.Form != nil {
		fmt.Println(e.Form.Title)
		err = m.DeleteAccount(ctx, ibr.Values{Fields: map[string][]string{"password": {"correct horse"}}})
	}
	if err != nil {
		log.Fatal(err)
	}

	// Output:
	// Say goodbye
	// deleted kim@example.org
}

// A program chooses its words by the reason of an error. The error itself has the
// server's text, the field at fault, and says whether the account may exist all
// the same.
func ExampleError() {
	ctx := context.Background()
	m, err := ibr.NewManager(ibr.Config{Domain: "example.org", Lang: "en", Dialer: refusingServer()})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Disconnect()

	for _, name := range []string{"kim li", "kim", "kim2"} {
		_, err := m.Submit(ctx, ibr.Values{Fields: map[string][]string{"username": {name}, "password": {"correct horse"}}})
		var e *ibr.Error
		errors.As(err, &e) // it always is one
		switch {
		case errors.Is(err, ibr.UsernameTaken):
			fmt.Printf("%s is taken, says the server: %s\n", name, e.Text)
		case errors.Is(err, ibr.UsernameInvalid):
			fmt.Printf("%q can't be a name (field %s)\n", name, e.Field)
		case e.OutcomeUnknown:
			fmt.Printf("%s may have been registered: try to log in\n", name)
		default:
			log.Fatal(err)
		}
	}

	// Output:
	// "kim li" can't be a name (field username)
	// kim is taken, says the server: Somebody was faster.
	// kim2 may have been registered: try to log in
}
