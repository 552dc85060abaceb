package ibr

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
	"github.com/xmppreg/xmppreg/transport"
)

// declarations calls visit with each declaration of a folder's Go files, tests
// left out.
func declarations(t *testing.T, folder string, visit func(kind token.Token, spec *ast.ValueSpec)) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			if decl, ok := decl.(*ast.GenDecl); ok {
				for _, spec := range decl.Specs {
					if spec, ok := spec.(*ast.ValueSpec); ok {
						visit(decl.Tok, spec)
					}
				}
			}
		}
	}
}

// constantsOf returns the constants of a type that a folder's files declare, by
// their names.
func constantsOf(t *testing.T, folder, typeName string) map[string]string {
	t.Helper()
	all := map[string]string{}
	declarations(t, folder, func(kind token.Token, spec *ast.ValueSpec) {
		if of, ok := spec.Type.(*ast.Ident); kind != token.CONST || !ok || of.Name != typeName {
			return
		}
		value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		all[spec.Names[0].Name] = value
	})
	if len(all) == 0 {
		t.Fatalf("no constants of the type %s", typeName)
	}
	return all
}

func TestErrorsAreToldByTheirReason(t *testing.T) {
	reasons := constantsOf(t, ".", "Reason")
	seen := map[string]bool{}
	for name, value := range reasons {
		if seen[value] {
			t.Errorf("%s is the reason %q once more", name, value)
		}
		seen[value] = true
		cause := errors.New("cause")
		err := error(&Error{Reason: Reason(value), Err: cause})
		for _, other := range reasons {
			if errors.Is(err, Reason(other)) != (other == value) {
				t.Errorf("an error with the reason %s is one with the reason %s: %t", value, other, other != value)
			}
		}
		if !errors.Is(err, cause) {
			t.Error("the cause is lost")
		}
		if Reason(value).Error() != value {
			t.Errorf("%s is written as %q", name, Reason(value).Error())
		}
	}
	if errors.Is(&Error{Kind: KindForm}, Reason("")) != true || errors.Is(errors.New("timeout"), Timeout) {
		t.Error("it is not the reason that counts")
	}
}

func TestThereAreNoErrorsToCompareWithButReasons(t *testing.T) {
	declarations(t, ".", func(kind token.Token, spec *ast.ValueSpec) {
		for _, name := range spec.Names {
			if kind == token.VAR && name.IsExported() {
				t.Errorf("the variable %s is exported", name.Name)
			}
		}
	})
}

func TestEachFaultOfATransportIsAReason(t *testing.T) {
	reasons := map[string]bool{}
	for _, value := range constantsOf(t, ".", "Reason") {
		reasons[value] = true
	}
	for name, fault := range constantsOf(t, "../transport", "Fault") {
		if fault == string(transport.Interrupted) {
			continue
		}
		if !reasons[fault] {
			t.Errorf("%s (%s) is no reason", name, fault)
		}
		for discovery, kind := range map[bool]Kind{false: KindTransport, true: KindDiscovery} {
			cause := &transport.Error{Fault: transport.Fault(fault), Discovery: discovery, Text: "tried a.example", Err: errors.New("x")}
			if e := ErrorOf(cause); e.Reason != Reason(fault) || e.Kind != kind || e.Detail != "tried a.example" || !errors.Is(e, error(cause)) {
				t.Errorf("%s became %#v", name, e)
			}
		}
	}
	for _, tt := range []struct {
		cause error
		want  Error
	}{
		{context.DeadlineExceeded, Error{Kind: KindTimeout, Reason: Timeout}},
		{context.Canceled, Error{Kind: KindAborted, Reason: Aborted}},
	} {
		e := ErrorOf(&transport.Error{Fault: transport.Interrupted, Text: "tried a.example", Err: tt.cause})
		if !isLike(e, &tt.want) || !errors.Is(e, tt.cause) {
			t.Errorf("%v became %#v", tt.cause, e)
		}
	}
}

func TestAnErrorIsOneLineForALog(t *testing.T) {
	for _, tt := range []struct {
		err  Error
		want string
	}{
		{Error{Reason: Timeout}, "timeout"},
		{Error{Reason: NotAllowed, Condition: "not-allowed"}, "not-allowed"},
		{Error{Reason: UsernameTaken, Condition: "conflict", Text: "Taken"}, "username-taken (conflict): the server says: Taken"},
		{Error{Reason: ConnectFailed, Detail: "wss://a.example/: no answer"}, "connect-failed: wss://a.example/: no answer"},
		{Error{Reason: Rejected, Text: "Too short.\n\tTry\r\nanother."}, "rejected: the server says: Too short. Try another."},
		{Error{Reason: Rejected, Detail: "one\ntwo", Text: "three\u2028four\vfive"}, "rejected: one two: the server says: three four five"},
		{Error{Reason: Rejected, Text: "\x1b[31mred\x00"}, "rejected: the server says: [31mred"},
	} {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

func TestManagerNeedsADialer(t *testing.T) {
	m, err := NewManager(Config{Domain: "shore.example"})
	if m != nil || err == nil || !strings.Contains(err.Error(), "Dialer") {
		t.Errorf("error %v", err)
	}
	if _, err := NewManager(Config{Dialer: scripted.NewDialer(t)}); err != nil {
		t.Errorf("nothing but a Dialer: %v", err)
	}
}

// TestAnswerOfNoKnownTypeLeavesTheOutcomeUnknown sends one to everything that
// changes something, and to a request that changes nothing.
func TestAnswerOfNoKnownTypeLeavesTheOutcomeUnknown(t *testing.T) {
	answerOddly := func(p *peer) {
		request := p.Request()
		p.Send("<iq type='banana' from='" + request.Get("to") + "' id='" + request.Get("id") + "'/>")
		p.Finish()
	}
	for name, tt := range map[string]struct {
		server  script
		prepare func(*Manager) error
		do      func(context.Context, *Manager) error
		unknown bool
	}{
		"a form":         {func(p *peer) { p.Open(openFeatures) }, nil, requestForm, false},
		"a registration": {giveForm(openFeatures, plainQuery), nil, submitKim, true},
		"a change":       {letKimIn, logInKim, changePassword, true},
		"a deletion":     {letKimIn, logInKim, deleteAccount, true},
		"unregistration": {letKimIn, logInKim, unregister, true},
		"the token":      {func(p *peer) { p.Open(tokenFeatures) }, nil, requestForm, false},
	} {
		t.Run(name, func(t *testing.T) {
			config := Config{}
			if name == "the token" {
				config.Token = "t-1"
			}
			m, events := newTestManager(t, config, inOrder(tt.server, answerOddly))
			if tt.prepare != nil {
				if err := tt.prepare(m); err != nil {
					t.Fatal(err)
				}
			}
			err := tt.do(background, m)
			if !isLike(err, &Error{Kind: KindStanza, Reason: Malformed}) || err.(*Error).OutcomeUnknown != tt.unknown {
				t.Errorf("error %#v, want an unknown outcome: %t", err, tt.unknown)
			}
			if len(eventsOf[Disconnected](events)) > 0 {
				t.Error("the stream has ended")
			}
		})
	}
}

func TestServersOwnTextForATakenNameIsGeneric(t *testing.T) {
	for text, want := range map[string]bool{
		"The requested username already exists.": true,
		"User already exists":                    true,
		"This name is kept for our staff.":       false,
		"":                                       false,
	} {
		if got := (&Error{Reason: UsernameTaken, Text: text}).GenericText(); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
	if (&Error{Reason: Rejected, Text: "User already exists"}).GenericText() {
		t.Error("the text says more than the reason")
	}
}

func TestEveryConditionMeansSomethingToEveryRequest(t *testing.T) {
	for condition, row := range reasons {
		for p, reason := range row {
			if reason == "" {
				t.Errorf("%s means nothing to a request of purpose %d", condition, p)
			}
		}
	}
}
