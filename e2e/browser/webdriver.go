package browser

import (
	"math"
	"strings"
)

// Keys as WebDriver names them, of all browsers but Chromium.
const (
	shiftKey   = "\ue008"
	controlKey = "\ue009"
)

var webDriverKeys = strings.NewReplacer(Enter, "\ue007", Tabulator, "\ue004", Escape, "\ue00c",
	Backspace, "\ue003", Delete, "\ue017", Up, "\ue013", Down, "\ue015",
	Left, "\ue012", Right, "\ue014", Home, "\ue011", End, "\ue010")

// ClickActions are WebDriver's actions for a Driver's Click.
func ClickActions(x, y float64) []map[string]any {
	return []map[string]any{
		{"type": "pointerMove", "x": int(math.Round(x)), "y": int(math.Round(y))},
		{"type": "pointerDown", "button": 0},
		{"type": "pointerUp", "button": 0},
	}
}

// KeyActions are WebDriver's actions for the keys of a Driver's Press.
func KeyActions(keys string, shift bool) []map[string]any {
	var actions []map[string]any
	if shift {
		actions = append(actions, keyAction("keyDown", shiftKey))
	}
	for _, key := range webDriverKeys.Replace(keys) {
		actions = append(actions, keyAction("keyDown", string(key)), keyAction("keyUp", string(key)))
	}
	if shift {
		actions = append(actions, keyAction("keyUp", shiftKey))
	}
	return actions
}

// SelectAllActions are WebDriver's actions for a Driver's SelectAll.
var SelectAllActions = []map[string]any{
	keyAction("keyDown", controlKey), keyAction("keyDown", "a"), keyAction("keyUp", "a"), keyAction("keyUp", controlKey),
}

func keyAction(kind, key string) map[string]any { return map[string]any{"type": kind, "value": key} }
