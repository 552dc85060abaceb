//go:build !js

package ws

import "encoding/json"

// parseJRD reads the links of a JRD document (RFC 6415 appendix A). Values
// of a wrong type are left out.
func parseJRD(body []byte) ([]link, error) {
	var document any
	if err := json.Unmarshal(body, &document); err != nil {
		return nil, errNotJRD
	}
	object, _ := document.(map[string]any)
	list, ok := object["links"].([]any)
	if !ok {
		return nil, errNotJRD
	}
	if len(list) > maxLinks {
		return nil, errTooMuch
	}
	var links []link
	for _, item := range list {
		object, ok := item.(map[string]any)
		if !ok {
			continue
		}
		rel, _ := object["rel"].(string)
		href, _ := object["href"].(string)
		links = append(links, link{rel, href})
	}
	return links, nil
}
