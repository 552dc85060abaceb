package webkit

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// A session of WebDriver (https://www.w3.org/TR/webdriver2/): commands are requests
// over HTTP.
type session struct {
	address string // of the driver
	id      string
	client  http.Client
}

// object is one of JSON's.
type object = map[string]any

// open opens the one session that a driver has, which starts a browser.
func (s *session) open(ctx context.Context, capabilities object) error {
	var got struct{ SessionID string }
	err := s.send(ctx, http.MethodPost, s.address+"/session", object{"capabilities": object{"alwaysMatch": capabilities}}, &got)
	s.id = got.SessionID
	return err
}

// post sends a command with parameters and decodes its result into result, which may
// be nil.
func (s *session) post(ctx context.Context, command string, params object, result any) error {
	return s.send(ctx, http.MethodPost, s.address+"/session/"+s.id+"/"+command, params, result)
}

// get sends a command that asks.
func (s *session) get(ctx context.Context, command string, result any) error {
	return s.send(ctx, http.MethodGet, s.address+"/session/"+s.id+"/"+command, nil, result)
}

// close ends the session and the browser.
func (s *session) close(ctx context.Context) error {
	return s.send(ctx, http.MethodDelete, s.address+"/session/"+s.id, nil, nil)
}

func (s *session) send(ctx context.Context, method, url string, params object, result any) error {
	var body io.Reader
	if params != nil {
		b, err := json.Marshal(params)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return err
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var answer struct{ Value json.RawMessage }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return fmt.Errorf("the driver's answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		var failure struct{ Error, Message string }
		if err := json.Unmarshal(answer.Value, &failure); err != nil {
			return err
		}
		return fmt.Errorf("%s: %s", failure.Error, failure.Message)
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(answer.Value, result)
}
