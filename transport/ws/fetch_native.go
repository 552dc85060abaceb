//go:build !js

package ws

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// fetch asks for one file, with a GET without credentials. Redirects are
// followed as long as they stay on https:.
func fetch(ctx context.Context, address string) (response, error) {
	client := &http.Client{
		Transport: http.DefaultTransport,
		CheckRedirect: func(req *http.Request, via []*http.Request) error {
			if req.URL.Scheme != "https" {
				return errLeavesTLS
			}
			if len(via) >= 10 {
				return errors.New("it is redirected too often")
			}
			req.Header.Del("Referer")
			return nil
		},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return response{}, err
	}
	resp, err := client.Do(req)
	if err != nil {
		// The caller says which address it was, or must not.
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err
		}
		return response{}, err
	}
	defer resp.Body.Close()
	r := response{
		status: resp.StatusCode,
		final:  resp.Request.URL.String(),
		link:   strings.Join(resp.Header.Values("Link"), ", "),
	}
	if r.status != http.StatusOK {
		return r, nil
	}
	r.body, err = io.ReadAll(io.LimitReader(resp.Body, maxDocument+1))
	if err != nil {
		return response{}, err
	}
	if len(r.body) > maxDocument {
		return r, errTooLong
	}
	return r, nil
}
