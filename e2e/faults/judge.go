package faults

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
)

// A Step is one call of the public API, and what came of it.
type Step struct {
	Call           string
	Done           bool // the promise was resolved
	Late           bool // it was not settled in time
	Foreign        bool // what it was rejected with is no RegistrationError
	Reason         string
	Message        string
	OutcomeUnknown bool
	Verdict        string         // of verify
	Events         map[string]int // how often each was dispatched meanwhile
}

// A Record is what a page tells of a try.
type Record struct {
	Steps []Step
	Leaks []string // secrets that stand in a log or an error
}

// Last is the step that the try ended with.
func (r Record) Last() Step {
	if len(r.Steps) == 0 {
		return Step{}
	}
	return r.Steps[len(r.Steps)-1]
}

// An Effect is what an operation does to an account.
type Effect string

const (
	Nothing Effect = "nothing"
	Creates Effect = "creates"
	Changes Effect = "changes"
	Deletes Effect = "deletes"
)

// A Truth is which passwords the server lets an account in with.
type Truth struct{ Old, New bool }

func (t Truth) String() string {
	switch t {
	case Truth{}:
		return "nobody is let in"
	case Truth{Old: true}:
		return "the old password counts"
	case Truth{New: true}:
		return "the new password counts"
	}
	return "both passwords count"
}

// before and after are the truths that an effect leads from and to.
func (e Effect) before() Truth { return Truth{Old: e != Creates} }

func (e Effect) after() Truth {
	switch e {
	case Creates, Changes:
		return Truth{New: true}
	case Deletes:
		return Truth{}
	}
	return Truth{Old: true}
}

// A Case is all that is known of one run.
type Case struct {
	Effect Effect
	Sets   int // how many requests that change something the operation has without a fault
	Fault  Fault

	FindsOut bool // whoever made the request finds out by itself what came of one that was not answered

	First Record    // the try that the fault struck
	Wire  []Message // of that try
	Truth Truth     // after it, or after verify where that told it to be done

	Verified *Step     // what verify told where the outcome was unknown
	WireThen []Message // what verify sent and received

	Again      *Record // the next try, over a good network, where the first one failed
	AgainTruth Truth   // after it

	Open string // what is still open in the end; empty if nothing is
}

// Judge returns what is wrong, nothing if the run was right.
func Judge(c Case) (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	tries := []struct {
		name   string
		record *Record
	}{{"first try", &c.First}, {"next try", c.Again}}
	for _, try := range tries {
		if try.record == nil {
			continue
		}
		for _, step := range try.record.Steps {
			for _, w := range judgeStep(step) {
				say("%s, %s: %s", try.name, step.Call, w)
			}
			// A condition that is no condition has no better reason.
			if step.Reason == "module-exited" || step.Reason == "unknown" && c.Fault.Kind != CorruptValue {
				say("%s, %s: the reason is %s: %s", try.name, step.Call, step.Reason, step.Message)
			}
		}
		for _, leak := range try.record.Leaks {
			say("%s: a secret stands in %s", try.name, leak)
		}
	}

	sets := changingRequests(c.Wire)
	for i, set := range sets {
		if i < len(sets)-1 && (c.Sets < 2 || answerTo(c.Wire, set) == unanswered) {
			say("a request that changes something was sent once more: %s", set.Text)
		}
	}
	if n := len(changingRequests(c.WireThen)); n > 0 {
		say("verify sent %d requests that change something", n)
	}

	last := c.First.Last()
	answer := answered
	if len(sets) > 0 && !c.FindsOut {
		answer = answerTo(c.Wire, sets[len(sets)-1])
	}
	switch {
	case c.FindsOut && last.OutcomeUnknown:
		say("the outcome was told to be unknown with %s, and it could be found out", last.Reason)
	case last.Done && c.Truth != c.Effect.after():
		say("it was told to be done, and %s", c.Truth)
	case last.Done && answer == unanswered && c.Effect != Deletes:
		say("it was told to be done, and no answer came")
	case last.Done:
	case c.Fault.isHarmless():
		say("it failed with %s: %s", last.Reason, last.Message)
	case last.OutcomeUnknown && len(sets) < c.Sets && c.Fault.isEndUnseen():
	case last.OutcomeUnknown && answer == answered:
		say("the outcome was told to be unknown with %s, and it was known", last.Reason)
	case !last.OutcomeUnknown && answer == unanswered && c.Effect != Deletes:
		say("the outcome was told to be known with %s, and no answer came: %s", last.Reason, last.Message)
	case !last.OutcomeUnknown && c.Truth != c.Effect.before():
		say("it was told to have failed with %s, and %s", last.Reason, c.Truth)
	case c.Truth != c.Effect.before() && c.Truth != c.Effect.after():
		say("%s: neither as before nor as after", c.Truth)
	}

	if v := c.Verified; v != nil {
		is := map[Truth]string{c.Effect.before(): "not-done", c.Effect.after(): "done"}[c.Truth]
		if !v.Done || v.Verdict != is {
			say("verify told %q (%s), and it is %s", v.Verdict, v.Reason, is)
		}
	}
	if c.Again != nil {
		if again := c.Again.Last(); !again.Done {
			say("the next try failed with %s: %s", again.Reason, again.Message)
		} else if c.AgainTruth != c.Effect.after() {
			say("after the next try %s", c.AgainTruth)
		}
	}
	if c.Open != "" {
		say("%s", c.Open)
	}
	return wrong
}

// outcomes are the events that tell of an operation's success and failure.
var outcomes = map[string][2]string{
	"requestForm":    {"registrationFormReceived", "registrationFailed"},
	"submit":         {"registrationSucceeded", "registrationFailed"},
	"sendCachedForm": {"registrationSucceeded", "registrationFailed"},
	"onConnect":      {"registrationSucceeded", "registrationFailed"},
	"changePassword": {"passwordChanged", "passwordChangeFailed"},
	"deleteAccount":  {"accountDeleted", "accountDeletionFailed"},

	// An element may tell of a failure before it finds out what really came of the request.
	"form in the page":     {"registrationSucceeded", ""},
	"captcha in the page":  {"registrationSucceeded", ""},
	"change in the page":   {"passwordChanged", ""},
	"stages in the page":   {"passwordChanged", ""},
	"deletion in the page": {"accountDeleted", ""},
}

// judgeStep compares the promise with the events.
func judgeStep(step Step) (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if step.Late {
		say("it did not end in time")
	}
	if !step.Done && !step.Late && (step.Foreign || step.Reason == "") {
		say("it was rejected with no RegistrationError: %s", step.Message)
	}
	told := outcomes[step.Call]
	for i, name := range told {
		want := 0
		if step.Done == (i == 0) && !step.Late {
			want = 1
		}
		if name != "" && step.Events[name] != want {
			say("%d times %s, want %d", step.Events[name], name, want)
		}
	}
	for call, names := range outcomes {
		for _, name := range names {
			isOwn := slices.Contains(told[:], name)
			// Who submits without a form, or registers when connected, asks for the form first.
			isFirst := name == "registrationFormReceived" && told[0] == "registrationSucceeded"
			isOnConnect := step.Call == "connect" && strings.HasPrefix(name, "registration")
			if !isOwn && !isFirst && !isOnConnect && step.Events[name] > 0 {
				say("%d times %s, which tells of %s", step.Events[name], name, call)
			}
		}
	}
	slices.Sort(wrong)
	return slices.Compact(wrong)
}

// iq is what is looked at of a request or an answer.
type iq struct {
	XMLName xml.Name
	Type    string `xml:"type,attr"`
	ID      string `xml:"id,attr"`
	To      string `xml:"to,attr"`
	From    string `xml:"from,attr"`
	Query   *struct {
		Get *struct{} `xml:",any"`
	} `xml:"jabber:iq:register query"`
}

// parseIQ reads a message that is a request or an answer; anything else is the zero value.
func parseIQ(text string) (found iq) {
	if xml.Unmarshal([]byte(text), &found) != nil || found.XMLName.Local != "iq" {
		return iq{}
	}
	return found
}

// changingRequests are the requests of the client's that create, change or delete something.
func changingRequests(wire []Message) (found []Message) {
	for _, m := range wire {
		if q := parseIQ(m.Text); m.From == FromClient && q.Type == "set" && q.Query != nil {
			found = append(found, m)
		}
	}
	return found
}

// An answering is what came for a request.
type answering int

const (
	unanswered answering = iota
	damaged              // an answer that may count as it was, or as another, or not at all
	answered
)

// answerTo tells what the client got for a request.
func answerTo(wire []Message, request Message) (found answering) {
	asked := parseIQ(request.Text)
	for _, m := range wire {
		a := parseIQ(m.Text)
		isAnswer := m.From == FromServer && m.Connection == request.Connection && a.ID == asked.ID &&
			(a.Type == "result" || a.Type == "error") &&
			// Who may give it: RFC 6120 section 8.1.2.1.
			(a.From == "" || a.From == asked.To || strings.Contains(a.From, "@"+asked.To))
		switch {
		case isAnswer && m.Intact:
			return answered
		case isAnswer && parseIQ(m.Passed).XMLName.Local != "":
			found = damaged
		}
	}
	return found
}

// Told is a value as the server was told it by the last request that changes something: a
// fault may have made another of it, which nobody can see.
func Told(wire []Message, value string) string {
	told := value
	for _, m := range changingRequests(wire) {
		if m.Passed == "" || !strings.Contains(m.Text, ">"+value+"<") {
			continue
		}
		if told = value; !strings.Contains(m.Passed, ">"+value+"<") && strings.Contains(m.Passed, ">"+Other(value)+"<") {
			told = Other(value)
		}
	}
	return told
}
