package ws

import (
	"context"
	"errors"
	"net/url"
	"time"
)

const (
	// maxHops is how often see-other-uri is followed in a row.
	maxHops = 3
	// hopTime is how long opening another WebSocket may take. The context that
	// the first one was opened with may have ended since.
	hopTime = 30 * time.Second
)

// seeOther handles <close see-other-uri='…'/> (RFC 7395 section 3.6.1) and
// tells whether the stream goes on.
func (c *Conn) seeOther(other string) bool {
	c.mu.Lock()
	begun, from := c.begun, c.address
	c.mu.Unlock()
	target, refused := redirectTarget(from, other)
	if begun {
		text := "the server closed the stream and names an address that can't be used, " + quote(other)
		if refused == nil {
			text = "the server closed the stream and wants to be reached at " + bare(target)
			c.remember(target)
		}
		c.release()
		c.finish(&Error{kindTransport, reasonStream, text, nil})
		c.leave()
		return false
	}
	if refused == nil && (c.used[canonical(target)] || len(c.used) > maxHops) {
		refused = &Error{kindTransport, reasonRedirectLoop, "the server sends clients in circles, to " + bare(target), nil}
	}
	if refused != nil {
		c.finish(refused)
		c.leave()
		return false
	}
	if failed := c.follow(target); failed != nil {
		c.finish(failed)
		c.leave()
		return false
	}
	return true
}

// redirectTarget checks where a server at from sends the client. TLS is never
// left.
func redirectTarget(from *url.URL, other string) (*url.URL, *Error) {
	target, err := parseAddress(other)
	switch {
	case errors.Is(err, errInsecure), err == nil && from.Scheme == "wss" && target.Scheme == "ws":
		return nil, &Error{kindTransport, reasonInsecureRedirect, "the server sends clients to an address that is not encrypted, " + quote(other), nil}
	case err != nil:
		return nil, &Error{kindTransport, reasonUnsupportedRedirect, "the server sends clients to an address that can't be used, " + quote(other) + ": " + err.Error(), err}
	}
	return target, nil
}

// follow opens another WebSocket in place of the present one and sends the same
// <open/> there. The stream's user sees nothing of it.
func (c *Conn) follow(target *url.URL) *Error {
	c.note("info", "the server sends us on to "+bare(target))
	c.used[canonical(target)] = true

	ctx, cancel := context.WithTimeout(c.life, hopTime)
	defer cancel()
	failed := func(err error) *Error {
		text := "the server sent us on to " + bare(target) + ", where no stream could be opened: " + err.Error()
		if e := contextError(c.life, kindTransport, text); e != nil {
			return e
		}
		return &Error{kindTransport, reasonConnectFailed, text, err}
	}

	select {
	case c.writing <- struct{}{}:
		defer func() { <-c.writing }()
	case <-ctx.Done():
		return failed(ctx.Err())
	}
	c.mu.Lock()
	old, open, begun := c.sock, c.openSent, c.begun
	if !begun {
		c.closeSent = true // on the old WebSocket, right below
	}
	c.mu.Unlock()
	if begun {
		// Something was sent in the meantime. It may have been acted upon, so it
		// is not for us to send it again.
		return failed(errors.New("more than <open/> was sent already"))
	}
	last, done := context.WithTimeout(ctx, goodbye)
	defer done()
	// The server has said that it is done with us: if it does not hear our
	// answer, nothing is lost.
	_ = old.write(last, []byte(closeElement))
	go old.close()

	s, err := openSocket(ctx, target.String())
	if err != nil {
		return failed(err)
	}
	c.mu.Lock()
	if c.life.Err() != nil {
		c.mu.Unlock()
		s.close()
		return failed(c.life.Err())
	}
	c.sock, c.address, c.closeSent = s, target, false
	c.mu.Unlock()
	c.held, c.opens = nil, 0
	if open != nil {
		if err := s.write(ctx, open); err != nil {
			s.close()
			return failed(err)
		}
	}
	return nil
}
