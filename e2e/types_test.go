package e2e

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/site"
)

// A declaration is what e2e/npm/api.mjs says of an export.
type declaration struct {
	Value      bool
	Literals   []string
	Members    []string
	Attributes []string
	Options    map[string][]string // by the names of functions, "" for its own
	Unions     map[string][]string // by the names of members
	Details    map[string][]string // by the names of events
}

// readDeclarations runs api.mjs once for all tests.
var readDeclarations = sync.OnceValues(func() ([]byte, error) {
	root, err := site.Root()
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(root, "web/*.d.ts"))
	if err != nil || len(files) != 4 {
		return nil, fmt.Errorf("the declarations are %v (%v)", files, err)
	}
	cmd := exec.Command("node", append([]string{filepath.Join(root, "e2e/npm/api.mjs")}, files...)...)
	out, err := cmd.Output()
	if exit, ok := err.(*exec.ExitError); ok {
		return nil, fmt.Errorf("%w; run `make test`, which installs what is missing\n%s", err, exit.Stderr)
	}
	return out, err
})

// declarations are those of web/, by the names of files and of exports.
func declarations(t *testing.T) map[string]map[string]declaration {
	t.Helper()
	out, err := readDeclarations()
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]map[string]declaration
	if err := json.Unmarshal(out, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// sources parses a Go package, for whatever system it is.
func sources(t *testing.T, dir string) []*ast.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

func text(e ast.Expr) (string, bool) {
	literal, ok := e.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(literal.Value)
	return s, err == nil
}

// constants lists the string constants of each type.
func constants(files []*ast.File) map[string][]string {
	all := map[string][]string{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if name, ok := spec.Type.(*ast.Ident); ok && len(spec.Values) == 1 {
				if value, ok := text(spec.Values[0]); ok {
					all[name.Name] = append(all[name.Name], value)
				}
			}
			return true
		})
	}
	return all
}

// keys lists the keys of the objects that each function hands to JavaScript.
func keys(files []*ast.File) map[string][][]string {
	all := map[string][][]string{}
	for _, file := range files {
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if object, ok := n.(*ast.CompositeLit); ok {
					if names := keysOf(object); names != nil {
						all[f.Name.Name] = append(all[f.Name.Name], names)
					}
				}
				return true
			})
		}
	}
	return all
}

// keysOf lists the names of an object's properties: object{{"name", value}, …}.
func keysOf(object *ast.CompositeLit) (names []string) {
	for _, e := range object.Elts {
		if property, ok := e.(*ast.CompositeLit); ok && property.Type == nil && len(property.Elts) == 2 {
			if name, ok := text(property.Elts[0]); ok {
				names = append(names, name)
			}
		}
	}
	return names
}

// details lists the keys of the detail of each event, nil where it is no
// object that is made on the spot.
func details(files []*ast.File) map[string][]string {
	all := map[string][]string{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			if assign, ok := n.(*ast.AssignStmt); ok && len(assign.Lhs) == 2 && len(assign.Rhs) == 2 {
				if name, ok := text(assign.Rhs[0]); ok {
					all[name] = nil
					if object, ok := assign.Rhs[1].(*ast.CompositeLit); ok {
						all[name] = keysOf(object)
					}
				}
			}
			return true
		})
	}
	return all
}

func sameNames(t *testing.T, what string, declared, there []string) {
	t.Helper()
	declared, there = slices.Sorted(slices.Values(declared)), slices.Sorted(slices.Values(there))
	if len(there) == 0 || !slices.Equal(declared, there) {
		t.Errorf("%s: the types have\n%v\nthere is\n%v", what, declared, there)
	}
}

func TestTypesSayWhatTheModuleHandsOut(t *testing.T) {
	root, err := site.Root()
	if err != nil {
		t.Fatal(err)
	}
	api := declarations(t)["xmppreg.d.ts"]
	words := constants(append(sources(t, filepath.Join(root, "ibr")), sources(t, filepath.Join(root, "ibr/form"))...))
	for name, declared := range map[string][]string{
		"Reason":      api["Reason"].Literals,
		"Kind":        api["Kind"].Literals,
		"Rule":        api["Rule"].Literals,
		"FieldType":   api["FieldType"].Literals,
		"Method":      api["Validation"].Unions["method"],
		"Control":     api["Control"].Literals,
		"Keyboard":    api["Keyboard"].Literals,
		"ContentType": api["Content"].Unions["type"],
		"CaptchaKind": api["CaptchaKind"].Literals,
		"Verdict":     api["Verdict"].Literals,
		"Operation":   api["Verification"].Unions["operation"],
	} {
		sameNames(t, name, declared, words[name])
	}
	sameNames(t, "Result", api["Result"].Literals, constants(sources(t, filepath.Join(root, "transport/ws")))["Result"])
	jsapi := sources(t, filepath.Join(root, "jsapi"))
	objects := keys(jsapi)
	for name, there := range map[string][]string{
		"Form":                    objects["newForm"][0],
		"Option":                  objects["fieldValue"][0],
		"Media":                   objects["fieldValue"][1],
		"Field":                   objects["fieldValue"][2],
		"Validation":              objects["validationValue"][0],
		"Content":                 objects["contentValue"][0],
		"Account":                 objects["accountValue"][0],
		"Verification":            objects["verificationValue"][0],
		"RegistrationErrorDetail": objects["registrationError"][0],
		"Report":                  objects["examine"][0],
		"Provider":                objects["parseProvider"][0],
		"Finding":                 objects["findings"][0],
	} {
		sameNames(t, name, api[name].Members, there)
	}
	events := details(jsapi)
	declared := api["RegistrationManagerEventMap"].Details
	var names []string
	told := []string{"loadProgress"} // of the scripts, as the module is not there yet
	for name := range declared {
		names = append(names, name)
	}
	for name, there := range events {
		told = append(told, name)
		if there != nil {
			sameNames(t, name, declared[name], there)
		}
	}
	sameNames(t, "events", names, told)
}

func TestTypesSayWhatTheScriptsExport(t *testing.T) {
	root, err := site.Root()
	if err != nil {
		t.Fatal(err)
	}
	all := declarations(t)
	tab := client(t, site.Options{})
	var got struct {
		Exports    map[string][]string
		Members    map[string][]string
		Options    map[string]map[string][]string
		Attributes map[string][]string
		Properties map[string][]string
		Listens    bool
	}
	// What options there are is told to those who give another.
	inPage(t, tab, `
		const modules = {};
		for (const name of ['xmppreg', 'xmpp-signup', 'xmpp-account', 'xmpp-check']) modules[name + '.d.ts'] = await import('/' + name + '.js');
		const { XmppSignup } = modules['xmpp-signup.d.ts'], { XmppAccount } = modules['xmpp-account.d.ts'], { XmppCheck } = modules['xmpp-check.d.ts'];
		const known = async (call) => {
			try {
				await call({ '?': 1 });
			} catch (error) {
				return error.message.split('the known ones are ')[1].split(', ');
			}
		};
		const reactions = ['connectedCallback', 'disconnectedCallback', 'connectedMoveCallback', 'attributeChangedCallback'];
		// All that is reachable on an element and on its class, beside what any element of a page has.
		const found = ({ tag, class: of }) => {
			const names = (object, until) => object === until ? [] : [...Reflect.ownKeys(object).map(String), ...names(Object.getPrototypeOf(object), until)];
			const known = new Set(['constructor', 'length', 'name', 'prototype', 'observedAttributes', ...reactions]);
			const element = document.createElement(tag);
			document.body.append(element);
			const all = [...names(element, HTMLElement.prototype), ...names(of, HTMLElement)];
			element.remove();
			return [...new Set(all)].filter((name) => !known.has(name));
		};
		const elements = {
			XmppSignup: { tag: 'xmpp-signup', class: XmppSignup },
			XmppAccount: { tag: 'xmpp-account', class: XmppAccount },
			XmppCheck: { tag: 'xmpp-check', class: XmppCheck },
		};
		const reg = new RegistrationManager(direct);
		const members = (object) => [...Object.keys(object), ...Object.getOwnPropertyNames(Object.getPrototypeOf(object))]
			.filter((name) => !(name in EventTarget.prototype)); // nor its constructor
		const manager = { constructor: await known((options) => new RegistrationManager(options)) };
		for (const [name, ...args] of [['connect'], ['attach'], ['changePassword', 'pw'], ['deleteAccount'], ['unregister'], ['requestForm'],
			['submit', {}], ['sendCachedForm'], ['verify'], ['disconnect']]) {
			manager[name] = await known((options) => reg[name](...args, options));
		}
		return {
			exports: Object.fromEntries(Object.entries(modules).map(([name, module]) => [name, Object.keys(module)])),
			members: { RegistrationManager: members(reg), RegistrationError: members(new RegistrationError({ message: '' })) },
			options: { RegistrationManager: manager, load: { '': await known(load) },
				examine: { '': await known((options) => modules['xmppreg.d.ts'].examine('example.test', options)) } },
			properties: Object.fromEntries(Object.entries(elements).map(([name, element]) => [name, found(element)])),
			attributes: Object.fromEntries(Object.entries(elements).map(([name, { class: of }]) => [name, of.observedAttributes])),
			listens: ['addEventListener', 'removeEventListener'].every((name) => typeof reg[name] === 'function'),
		};
	`, &got)
	for file, there := range got.Exports {
		var values []string
		for name, d := range all[file] {
			if d.Value {
				values = append(values, name)
			}
		}
		sameNames(t, file, values, there)
	}
	if len(got.Exports) != 4 || !got.Listens {
		t.Errorf("%+v", got)
	}
	for name, there := range got.Members {
		declared := slices.DeleteFunc(slices.Clone(all["xmppreg.d.ts"][name].Members), func(member string) bool {
			return strings.HasSuffix(member, "EventListener") // of EventTarget
		})
		sameNames(t, name, declared, there)
	}
	for name, functions := range got.Options {
		declared := all["xmppreg.d.ts"][name].Options
		for function, there := range functions {
			sameNames(t, name+" "+function, declared[function], there)
			delete(declared, function)
		}
		for function := range declared {
			if !strings.HasSuffix(function, "EventListener") {
				t.Errorf("%s: the options of %s were not compared", name, function)
			}
		}
	}
	for name, tag := range map[string]string{"XmppSignup": "xmpp-signup", "XmppAccount": "xmpp-account", "XmppCheck": "xmpp-check"} {
		sameNames(t, name, all[tag+".d.ts"][name].Attributes, got.Attributes[name])
		var properties []string
		for _, member := range all[tag+".d.ts"][name].Members {
			if !strings.HasSuffix(member, "EventListener") {
				properties = append(properties, member)
			}
		}
		sameNames(t, name, properties, got.Properties[name])
		if name == "XmppCheck" {
			continue // it has no events
		}
		// The events that the element passes on, and those that it makes itself.
		file := strings.TrimPrefix(tag, "xmpp-") + "-attempt.js"
		source, err := os.ReadFile(filepath.Join(root, "web", file))
		if err != nil {
			t.Fatal(err)
		}
		var declared, there []string
		for event := range all[tag+".d.ts"][name+"EventMap"].Details {
			declared = append(declared, event)
		}
		list := regexp.MustCompile(`(?s)const EVENTS = \[(.*?)\]`).FindSubmatch(source)
		if list == nil {
			t.Fatalf("%s has no list of its events", file)
		}
		for _, m := range regexp.MustCompile(`'(\w+)'`).FindAllSubmatch(list[1], -1) {
			there = append(there, string(m[1]))
		}
		for _, m := range regexp.MustCompile(`(?:dispatch\((?:this\.#)?panel\.element, |forward\(panel\.element, \[|new CustomEvent\()'(\w+)'`).FindAllSubmatch(source, -1) {
			if !slices.Contains(there, string(m[1])) {
				there = append(there, string(m[1]))
			}
		}
		sameNames(t, tag, declared, there)
	}
}
