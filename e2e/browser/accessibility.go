package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// Told is what Chromium tells screen readers of the page: a line for each thing
// that has a role of its own, such as `textbox "Name" "Your own." required`, with
// its name, its description, and its states.
func (tab *Tab) Told() []string {
	tab.t.Helper()
	var lines []string
	tab.inChromium("reading the accessibility tree", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		tree, err := cdp.Call(ctx, t, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		if err != nil {
			return err
		}
		for _, node := range tree.Nodes {
			if line := told(node); line != "" {
				lines = append(lines, line)
			}
		}
		return nil
	}))
	return lines
}

func told(node *accessibility.Node) string {
	if node.Ignored || node.Role == nil {
		return ""
	}
	text := func(v *accessibility.Value) (s string) {
		if v != nil {
			json.Unmarshal(v.Value, &s)
		}
		return s
	}
	role := text(node.Role)
	switch role {
	case "StaticText", "InlineTextBox", "LineBreak", "ListMarker", "generic", "none", "paragraph", "RootWebArea", "LabelText":
		return ""
	}
	line := fmt.Sprintf("%s %q", role, text(node.Name))
	if description := text(node.Description); description != "" {
		line += fmt.Sprintf(" %q", description)
	}
	for _, p := range node.Properties {
		value := string(p.Value.Value)
		switch p.Name {
		case "required", "invalid", "checked", "expanded", "disabled", "readonly", "focused", "live", "pressed":
			switch value = strings.Trim(value, `"`); value {
			case "false", "off":
			case "true":
				line += " " + string(p.Name)
			default:
				line += " " + string(p.Name) + "=" + value
			}
		}
	}
	return line
}
