package form

import (
	"reflect"
	"testing"
)

func TestOnlyAnAddressThatIsSafeIsGivenAsOne(t *testing.T) {
	for address, isSafe := range map[string]bool{
		"https://shore.example/new":         true,
		"HTTP://shore.example/new":          true,
		"mailto:accounts@shore.example":     true,
		"xmpp:shore.example?register":       true,
		"javascript:alert(document.domain)": false,
		"java\tscript:alert(1)":             false,
		"data:text/html,x":                  false,
		"//shore.example/new":               false,
		"see our page":                      false,
	} {
		t.Run(address, func(t *testing.T) {
			want, instructions := address, "Elsewhere."
			if !isSafe {
				want, instructions = "", "Elsewhere.\n"+address
			}
			form, ok := queryForm(t, `<instructions>Elsewhere.</instructions><x xmlns='jabber:x:oob'><url> `+address+`
				</url></x>`)
			if !ok || form.URL != want || form.Instructions != instructions {
				t.Errorf("url %q, instructions %q", form.URL, form.Instructions)
			}
			if IsSafeAddress(address) != isSafe {
				t.Errorf("safe: %t", !isSafe)
			}
		})
	}
}

func TestAnswerWithNothingToShowIsNoForm(t *testing.T) {
	for content, want := range map[string]bool{
		``: false,
		`<instructions> </instructions><x xmlns='jabber:x:oob'/>`:         false,
		`<x xmlns='jabber:x:data' type='form'/>`:                          false,
		`<x xmlns='jabber:x:data' type='result'><title>Join</title></x>`:  false,
		`<x xmlns='jabber:x:data' type='form'><field type='hidden'/></x>`: false,
		`<x xmlns='jabber:x:data' type='form'><title>Join</title></x>`:    true,
		`<instructions>Ask us.</instructions>`:                            true,
		`<registered/>`:                                                   true,
		`<x xmlns='jabber:x:oob'><url>https://shore.example/</url></x>`:   true,
		`<x xmlns='jabber:x:oob'><desc>Ask us.</desc></x>`:                true,
		`<x xmlns='jabber:x:oob'><url>javascript:x</url></x>`:             true,
		`<username xmlns='other'/>`:                                       false,
	} {
		if _, ok := queryForm(t, content); ok != want {
			t.Errorf("%s is a form: %t", content, ok)
		}
	}
}

func TestOldStyleFieldsAreRead(t *testing.T) {
	form, _ := queryForm(t, `<registered/><instructions>One.</instructions><instructions>Two.</instructions><remove/>`+
		`<username>kim</username><password/><username>again</username><key>k-1</key><shoe/><x xmlns='other'/>`)
	want := []Field{
		{Name: "username", Type: TextSingle, Required: true, Values: []string{"kim"}},
		{Name: "password", Type: TextPrivate, Required: true},
		{Name: "key", Type: Hidden, Values: []string{"k-1"}},
		{Name: "shoe", Type: TextSingle, Required: true},
	}
	if !reflect.DeepEqual(form.Fields, want) {
		t.Errorf("the fields are %+v", form.Fields)
	}
	if form.IsDataForm || !form.Registered || form.Instructions != "One.\nTwo." {
		t.Errorf("form %+v", form)
	}
}

func TestDataFormIsRead(t *testing.T) {
	form, _ := queryForm(t, `<instructions>Needs a client with forms.</instructions><username/>`+
		`<x xmlns='jabber:x:data' type='form'><title> Join </title><instructions>Pick a name.</instructions>`+
		`<field type='fixed'><value>Welcome</value><value>to all</value></field>`+
		`<field var='username' type='text-single' label='Name'><desc> As you like </desc><required/><value>a</value><value>b</value></field>`+
		`<field var='username' type='hidden'/>`+
		`<field type='text-single' label='nameless'/>`+
		`<field var='lines' type='text-multi'><value>a</value><value>b</value></field>`+
		`<field var='list' type='list-single'><option label='A'><value>a</value></option><option><value>b</value></option></field>`+
		`<field var='what' type='of-the-future'/><field var='plain'/></x>`)
	want := []Field{
		{Type: Fixed, Values: []string{"Welcome", "to all"}},
		{Name: "username", Type: TextSingle, Label: "Name", Description: "As you like", Required: true, Values: []string{"a"}},
		{Name: "lines", Type: TextMulti, Values: []string{"a", "b"}},
		{Name: "list", Type: ListSingle, Options: []Option{{"a", "A"}, {"b", "b"}}},
		{Name: "what", Type: TextSingle},
		{Name: "plain", Type: TextSingle},
	}
	if !reflect.DeepEqual(form.Fields, want) {
		t.Errorf("the fields are %+v", form.Fields)
	}
	if !form.IsDataForm || form.Title != "Join" || form.Instructions != "Pick a name." {
		t.Errorf("form %+v", form)
	}
}

func TestEchoOfARequestIsNoAttachedForm(t *testing.T) {
	for content, want := range map[string]bool{
		`<username>kim</username><password>pw</password>`:                                             false,
		`<x xmlns='jabber:x:data' type='submit'><field var='username'><value>kim</value></field></x>`: false,
		`<remove/>`: false,
		`<x xmlns='jabber:x:data' type='form'><field var='ocr'/></x>`:                                  true,
		`<username>kim</username><x xmlns='jabber:x:data' type='form'><field var='old_password'/></x>`: true,
	} {
		form, ok := ParseAttached(parseXML(t, `<query xmlns='jabber:iq:register'>`+content+`</query>`))
		if ok != want || (form != nil) != want {
			t.Errorf("%s is a form: %t", content, ok)
		}
	}
}
