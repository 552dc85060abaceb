package firefox

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"nhooyr.io/websocket"
)

// A session speaks WebDriver BiDi: commands with ids go out, and answers and
// events come in.
type session struct {
	conn   *websocket.Conn
	ctx    context.Context // ends when no more answers come
	cancel context.CancelCauseFunc

	mu      sync.Mutex
	id      int
	waiting map[int]chan message
	logs    map[string]func(entry) // by the id of the page
}

// A message is an answer or an event.
type message struct {
	Type    string // success, error or event
	ID      int
	Result  json.RawMessage
	Error   string
	Message string
	Params  entry
}

// An entry of a page's console.
type entry struct {
	Type, Level, Text string
	Source            struct{ Context string }
	StackTrace        struct {
		CallFrames []struct{ URL string }
	}
}

// connect opens the one session that a browser has.
func connect(ctx context.Context, url string) (*session, error) {
	conn, _, err := websocket.Dial(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	conn.SetReadLimit(-1) // screenshots are large
	s := &session{conn: conn, waiting: make(map[int]chan message), logs: make(map[string]func(entry))}
	s.ctx, s.cancel = context.WithCancelCause(context.Background())
	go s.read()
	return s, nil
}

func (s *session) read() {
	for {
		_, b, err := s.conn.Read(context.Background())
		if err != nil {
			s.cancel(fmt.Errorf("the browser has ended the session: %w", err))
			return
		}
		var m message
		if err := json.Unmarshal(b, &m); err != nil {
			s.cancel(fmt.Errorf("the browser said %.200s: %w", b, err))
			return
		}
		s.mu.Lock()
		answer, log := s.waiting[m.ID], s.logs[m.Params.Source.Context]
		if m.Type != "event" {
			delete(s.waiting, m.ID)
		}
		s.mu.Unlock()
		switch {
		case m.Type != "event" && answer != nil:
			answer <- m
		case m.Type == "event" && log != nil:
			log(m.Params)
		}
	}
}

// call sends a command and decodes its result into result, which may be nil.
func (s *session) call(ctx context.Context, method string, params, result any) error {
	answer := make(chan message, 1)
	s.mu.Lock()
	s.id++
	id := s.id
	s.waiting[id] = answer
	s.mu.Unlock()
	b, err := json.Marshal(map[string]any{"id": id, "method": method, "params": params})
	if err != nil {
		return err
	}
	// If ctx ended during a write, the connection would be closed.
	if err := s.conn.Write(s.ctx, websocket.MessageText, b); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	select {
	case m := <-answer:
		if m.Type == "error" {
			return fmt.Errorf("%s: %s: %s", method, m.Error, m.Message)
		}
		if result == nil {
			return nil
		}
		return json.Unmarshal(m.Result, result)
	case <-s.ctx.Done():
		return fmt.Errorf("%s: %w", method, context.Cause(s.ctx))
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", method, ctx.Err())
	}
}

// listen calls log with each entry of a page's console, or stops if log is nil.
func (s *session) listen(page string, log func(entry)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if log == nil {
		delete(s.logs, page)
	} else {
		s.logs[page] = log
	}
}
