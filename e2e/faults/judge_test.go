package faults

import (
	"slices"
	"strings"
	"testing"
)

// The wire of a change that went well.
var (
	request = Message{From: FromClient, Intact: true, Text: `<iq xmlns='jabber:client' type='set' id='r1' to='x.test'><query xmlns='jabber:iq:register'><username>kim</username><password>secret</password></query></iq>`}
	result  = Message{From: FromServer, Intact: true, Text: `<iq xmlns='jabber:client' type='result' id='r1' from='x.test'/>`}
)

func lost(m Message) Message { m.Intact, m.Passed = false, ""; return m }

func as(m Message, text string) Message { m.Intact, m.Passed = false, text; return m }

// right is a change that went well.
func right() Case {
	return Case{
		Effect: Changes,
		Sets:   1,
		Fault:  Fault{Kind: Repeat, Direction: FromServer},
		First:  Record{Steps: []Step{{Call: "connect", Done: true}, changed()}},
		Wire:   []Message{request, result},
		Truth:  Truth{New: true},
	}
}

func changed() Step {
	return Step{Call: "changePassword", Done: true, Events: map[string]int{"passwordChanged": 1}}
}

func failed(reason string, unknown bool) Step {
	return Step{Call: "changePassword", Reason: reason, OutcomeUnknown: unknown, Events: map[string]int{"passwordChangeFailed": 1}}
}

// unknown is a change whose answer was lost, and which verify has found out.
func unknown() Case {
	c := right()
	c.Fault = Fault{Kind: Cut, Direction: FromServer}
	c.Wire = []Message{request, lost(result)}
	c.First.Steps[1] = failed("outcome-unknown", true)
	c.Verified = &Step{Call: "verify", Done: true, Verdict: "done"}
	return c
}

// refused is a change that the server has refused.
func refused() Case {
	c := right()
	no := result
	no.Text = strings.Replace(no.Text, "'result'", "'error'", 1)
	c.Wire = []Message{request, no}
	c.First.Steps[1] = failed("rejected", false)
	c.Truth = Truth{Old: true}
	c.Again, c.AgainTruth = &Record{Steps: []Step{changed()}}, Truth{New: true}
	return c
}

func TestJudgeSeesWhatIsWrong(t *testing.T) {
	for name, test := range map[string]struct {
		of     func() Case
		change func(*Case)
		want   string // part of what is wrong; empty if nothing is
	}{
		"right":   {right, func(*Case) {}, ""},
		"unknown": {unknown, func(*Case) {}, ""},
		"refused": {refused, func(*Case) {}, ""},

		"no outcome":                  {right, func(c *Case) { c.First.Steps[1] = Step{Call: "changePassword", Late: true} }, "did not end in time"},
		"an error of another class":   {refused, func(c *Case) { c.First.Steps[1].Foreign = true }, "no RegistrationError"},
		"no reason":                   {refused, func(c *Case) { c.First.Steps[1].Reason = "unknown" }, "the reason is unknown"},
		"no event":                    {right, func(c *Case) { c.First.Steps[1].Events = nil }, "0 times passwordChanged, want 1"},
		"two events":                  {right, func(c *Case) { c.First.Steps[1].Events["passwordChanged"] = 2 }, "2 times passwordChanged, want 1"},
		"both events":                 {right, func(c *Case) { c.First.Steps[1].Events["passwordChangeFailed"] = 1 }, "1 times passwordChangeFailed, want 0"},
		"the event of something else": {right, func(c *Case) { c.First.Steps[1].Events["accountDeleted"] = 1 }, "1 times accountDeleted, which tells of deleteAccount"},
		"sent twice":                  {right, func(c *Case) { c.Wire = append(c.Wire, request) }, "a request that changes something was sent once more"},
		"done, and not in truth":      {right, func(c *Case) { c.Truth = Truth{Old: true} }, "it was told to be done, and the old password counts"},
		"both passwords":              {right, func(c *Case) { c.Truth = Truth{Old: true, New: true} }, "both passwords count"},
		"done without an answer":      {right, func(c *Case) { c.Wire[1] = lost(result) }, "no answer came"},
		"unknown though answered":     {unknown, func(c *Case) { c.Wire[1] = result }, "told to be unknown"},
		"unknown though never sent":   {unknown, func(c *Case) { c.Wire = nil }, "told to be unknown"},
		"unknown, and its end unseen": {unknown, func(c *Case) {
			c.Wire, c.Fault.Kind = nil, CutAfter
			c.Truth, c.Verified = Truth{Old: true}, &Step{Done: true, Verdict: "not-done"}
		}, ""},
		"second stage, its end unseen": {unknown, func(c *Case) {
			c.Wire, c.Sets, c.Fault.Kind = []Message{request, result}, 2, CutAfter
			c.Truth, c.Verified = Truth{Old: true}, &Step{Done: true, Verdict: "not-done"}
		}, ""},
		"found out to be done":                     {right, func(c *Case) { c.FindsOut, c.Wire[1] = true, lost(result) }, ""},
		"found out wrongly":                        {right, func(c *Case) { c.FindsOut, c.Wire[1], c.Truth = true, lost(result), Truth{Old: true} }, "told to be done, and the old password counts"},
		"never found out":                          {unknown, func(c *Case) { c.FindsOut = true }, "it could be found out"},
		"found out to be undone, and not in truth": {refused, func(c *Case) { c.FindsOut, c.Wire[1], c.Truth = true, lost(result), Truth{New: true} }, "told to have failed"},
		"known though never answered":              {unknown, func(c *Case) { c.First.Steps[1] = failed("stream", false) }, "told to be known"},
		"failed, and not in truth":                 {refused, func(c *Case) { c.Truth = Truth{New: true} }, "told to have failed with rejected, and the new password counts"},
		"a delay that made it fail":                {refused, func(c *Case) { c.Fault.Kind = Delay }, "it failed with rejected"},
		"neither before nor after":                 {unknown, func(c *Case) { c.Truth = Truth{} }, "neither as before nor as after"},
		"a secret in a log":                        {right, func(c *Case) { c.First.Leaks = []string{"logMessage: pw"} }, "a secret stands in logMessage: pw"},
		"verify errs":                              {unknown, func(c *Case) { c.Verified.Verdict = "not-done" }, `verify told "not-done"`},
		"verify does not know":                     {unknown, func(c *Case) { c.Verified.Verdict = "unknown" }, `verify told "unknown"`},
		"verify changes something":                 {unknown, func(c *Case) { c.WireThen = []Message{request} }, "verify sent 1 requests"},
		"the next try fails":                       {refused, func(c *Case) { c.Again.Steps[0] = failed("stream", false) }, "the next try failed with stream"},
		"the next try does nothing":                {refused, func(c *Case) { c.AgainTruth = Truth{Old: true} }, "after the next try the old password counts"},
		"a connection is left":                     {right, func(c *Case) { c.Open = "1 is open" }, "1 is open"},
		"an answer of somebody else": {unknown, func(c *Case) {
			c.Wire[1] = result
			c.Wire[1].Text = strings.Replace(result.Text, "x.test", "y.test", 1)
		}, ""},
		"an answer that was damaged":    {right, func(c *Case) { c.Wire[1] = as(result, strings.Replace(result.Text, "from", "frpm", 1)) }, ""},
		"an answer that is no XML":      {right, func(c *Case) { c.Wire[1] = as(result, "<iq") }, "no answer came"},
		"a deletion that was found out": {unknown, func(c *Case) { deleted(c, true, Truth{}) }, ""},
		"a deletion that was not done":  {unknown, func(c *Case) { deleted(c, false, Truth{Old: true}) }, ""},
		"a deletion that is denied":     {unknown, func(c *Case) { deleted(c, false, Truth{}) }, "told to have failed"},
	} {
		c := test.of()
		test.change(&c)
		wrong := Judge(c)
		isSeen := slices.ContainsFunc(wrong, func(w string) bool { return test.want != "" && strings.Contains(w, test.want) })
		if (len(wrong) > 0) != (test.want != "") || test.want != "" && !isSeen {
			t.Errorf("%s: %q, want %q", name, wrong, test.want)
		}
	}
}

// deleted makes a deletion of a case, about which no answer came.
func deleted(c *Case, done bool, truth Truth) {
	c.Effect, c.Truth, c.Verified = Deletes, truth, nil
	event := map[bool]string{true: "accountDeleted", false: "accountDeletionFailed"}[done]
	c.First.Steps[1] = Step{Call: "deleteAccount", Done: done, Events: map[string]int{event: 1}}
	if !done {
		c.First.Steps[1].Reason = "stream"
	}
}

func TestToldIsWhatTheServerHasGot(t *testing.T) {
	struck := as(request, strings.Replace(request.Text, ">secret<", ">"+Other("secret")+"<", 1))
	for name, test := range map[string]struct {
		wire []Message
		want string
	}{
		"as it was":      {[]Message{{Text: request.Text, From: FromClient, Passed: request.Text}}, "secret"},
		"changed":        {[]Message{struck}, Other("secret")},
		"lost":           {[]Message{lost(request)}, "secret"},
		"then put right": {[]Message{struck, {Text: request.Text, From: FromClient, Passed: request.Text}}, "secret"},
	} {
		if got := Told(test.wire, "secret"); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
