package browser

import (
	"context"
	"encoding/json"
)

// A Driver does in one page what each browser does in its own way. A Tab turns what
// a person does into calls of it.
type Driver interface {
	// Context ends with the page. What the other methods are given comes from it.
	Context() context.Context

	Navigate(ctx context.Context, url string) error // returns when the page is loaded
	Reload(ctx context.Context) error
	OnNewDocument(ctx context.Context, js string) error

	// Evaluate evaluates an expression, waits if it is a promise, and returns its
	// value as JSON. It does so under a policy that forbids eval, too.
	Evaluate(ctx context.Context, js string) (json.RawMessage, error)

	Click(ctx context.Context, x, y float64) error
	Press(ctx context.Context, keys string, shift bool) error // of this package's constants, too
	SelectAll(ctx context.Context) error                      // in the field that has the focus

	// Viewport makes the page as large as on a phone or a desk. Some browsers can be no
	// phone, and return errors.ErrUnsupported.
	Viewport(ctx context.Context, width, height int64, mobile bool) error

	Screenshot(ctx context.Context) ([]byte, error) // the whole page, as PNG

	// Close closes the page and returns when no more messages come from it.
	Close()
}

// AsJSON is an expression for the value of the expression js as JSON, for a
// Driver's Evaluate. js has $ and active of scope.
func AsJSON(js string) string {
	return `(async () => {` + scope + `; return JSON.stringify(await (` + js + `)) ?? "null"; })()`
}
