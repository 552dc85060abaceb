package e2e

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// evil is markup, and addresses that run something, as a server would write them into XML.
const evil = `&lt;b onclick="evil()">&lt;img src=x onerror=evil()>&lt;script>evil()&lt;/script>&lt;/b>` +
	` javascript:evil() data:text/html,&lt;script>evil()&lt;/script> vbscript:evil() blob:https://evil.test/1`

// hostileForm has all of that wherever a form has words or addresses, names that mean something
// to JavaScript or to a page, and a pattern that others hang on.
func hostileForm() string {
	quoted := strings.ReplaceAll(evil, `"`, "&quot;")
	var all strings.Builder
	fmt.Fprintf(&all, `<title>%s</title><instructions>%[1]s</instructions><field type="fixed" label="%s"><value>%[1]s</value></field>`, evil, quoted)
	all.WriteString(accountFields)
	field := func(name, kind, more string) {
		fmt.Fprintf(&all, `<field var="%s" type="%s" label="%s"><desc>%s</desc>%s</field>`, name, kind, quoted, evil, more)
	}
	for _, name := range []string{"__proto__", "constructor", "toString", "innerHTML", "location", "submit", "elements", "&quot;]&lt;b>", "a'\\b", "\t", "\u202eeman"} {
		field(name, "text-single", "<value>"+evil+"</value>")
	}
	for _, kind := range []string{"text-multi", "text-private", "jid-single", "jid-multi", "boolean", "evil"} {
		field("a-"+kind, kind, "<value>"+evil+"</value>")
	}
	for _, kind := range []string{"list-single", "list-multi"} {
		field("a-"+kind, kind, fmt.Sprintf(`<option label="%s"><value>%s</value></option><option><value>javascript:evil()</value></option>`, quoted, evil))
	}
	for _, name := range []string{"captcha-fallback-url", "url", "tos", "terms", "email"} {
		field(name, "text-single", "<value>javascript:evil()</value>")
	}
	field("pattern", "text-single", `<validate xmlns="http://jabber.org/protocol/xdata-validate" datatype="xs:string"><regex>((a|aa)+)+b|(([a-z])+.)+[A-Z]([a-z])+</regex></validate>`)
	return all.String()
}

// TestHostileFormIsDrawnHarmlesslyAndSent fills in a form that tries all that a form can, and
// gets as much with the result.
func TestHostileFormIsDrawnHarmlesslyAndSent(t *testing.T) {
	const before = `<iq xmlns='jabber:client' type='result' id='ID' from='evil.test'><query xmlns='jabber:iq:register'><instructions>evil</instructions><username/></query></iq>`
	right := "<iq xmlns='jabber:client' type='result' id='ID'>" + register(
		"<instructions>"+evil+"</instructions>"+xData(hostileForm())+"<x xmlns='jabber:x:oob'><url>javascript:evil()</url></x>") + "</iq>"
	result := "<iq xmlns='jabber:client' type='result' id='ID'>" + register(
		"<instructions>"+evil+"</instructions><x xmlns='jabber:x:oob'><url>data:text/html,evil</url></x>") + "</iq>"
	// Answers of others, to other questions or in another namespace come first, and one more comes last.
	get := replies(offer, before, strings.ReplaceAll(before, "id='ID' from='evil.test'", "id='evil'"), strings.ReplaceAll(before, "client' type='result' id='ID' from='evil.test'", "server' type='result' id='ID'"), right, strings.ReplaceAll(before, " from='evil.test'", ""))
	refuse := replies(offer, "<iq xmlns='jabber:client' type='error' id='ID'><error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>"+evil+"</text></error></iq>")
	accept := replies(offer, result, strings.ReplaceAll(before, " from='evil.test'", ""))
	var sets atomic.Int32
	tab := visit(t, scriptedServer(t, func(message string) []string {
		switch {
		case !strings.Contains(message, "type='set'"):
			return get(message)
		case sets.Add(1) == 1:
			return refuse(message)
		}
		return accept(message)
	}))
	waitStep(tab, "form")
	harmless(t, tab)
	tab.Screenshot("hostile-form")
	tab.Type("input[name=username]", "ann")
	tab.Type("input[name=password]", "correct horse")
	for _, name := range []string{"a-jid-single", "a-jid-multi", "email"} {
		tab.Fill(`[name="`+name+`"]`, "") // what stands there is no address
	}
	begin := time.Now()
	tab.Type("input[name=pattern]", strings.Repeat("a", 200))
	submit(tab)
	wrong(t, tab, "pattern")
	if took := time.Since(begin); took > soon {
		t.Errorf("a pattern took %v", took)
	}
	tab.Fill("input[name=pattern]", "abcXyz")
	submit(tab)
	tab.WaitVisible(".problem")
	harmless(t, tab)
	submit(tab)
	waitStep(tab, "done")
	harmless(t, tab)
	tab.Screenshot("hostile-result")
	if got := tab.Text(".address"); got != "ann@example.test" {
		t.Errorf("the page shows the address %q", got)
	}
	if n := sets.Load(); n != 2 {
		t.Errorf("%d forms were sent", n)
	}
}
