package faults

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
)

// A Job is what a page is to do: an operation of its script.
type Job struct {
	ID        int            `json:"id"`
	Run       int            `json:"run"` // the jobs of one run have one manager, or one element
	Options   map[string]any `json:"options"`
	Operation string         `json:"operation"`
	Given     map[string]any `json:"given"`
	Limit     int64          `json:"limit"` // milliseconds that each call may take
	Secrets   []string       `json:"secrets"`
}

// A Report is what comes back.
type Report struct {
	Record
	Failure string         // of the test's own script
	Events  map[string]int // since the run began
}

// A Page hands out jobs to a page that runs work() of faults.js, or that of elements.js.
type Page struct {
	jobs chan Job
	done chan struct{}

	mu      sync.Mutex
	last    int
	waiting map[int]chan Report
}

// NewPage returns a page without jobs.
func NewPage() *Page {
	return &Page{jobs: make(chan Job), done: make(chan struct{}), waiting: map[int]chan Report{}}
}

//go:embed *.js
var scripts embed.FS

// Handlers are what the page's site needs.
func (p *Page) Handlers() map[string]http.Handler {
	return map[string]http.Handler{
		"GET /faults/{script}":     http.HandlerFunc(serveScript),
		"POST /faults/job":         http.HandlerFunc(p.handOut),
		"POST /faults/record/{id}": http.HandlerFunc(p.take),
	}
}

// Do has a job done.
func (p *Page) Do(ctx context.Context, job Job) (Report, error) {
	answer := make(chan Report, 1)
	p.mu.Lock()
	p.last++
	job.ID = p.last
	p.waiting[job.ID] = answer
	p.mu.Unlock()
	select {
	case p.jobs <- job:
	case <-ctx.Done():
		return Report{}, ctx.Err()
	}
	select {
	case report := <-answer:
		if report.Failure != "" {
			return report, fmt.Errorf("faults: the page: %s", report.Failure)
		}
		return report, nil
	case <-ctx.Done():
		return Report{}, errors.New("faults: the page has not answered")
	}
}

// End lets the page's work end.
func (p *Page) End() { close(p.done) }

func serveScript(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, scripts, r.PathValue("script"))
}

func (p *Page) handOut(w http.ResponseWriter, r *http.Request) {
	select {
	case job := <-p.jobs:
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(job)
	case <-p.done:
		w.WriteHeader(http.StatusNoContent)
	case <-r.Context().Done():
	}
}

func (p *Page) take(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.PathValue("id"))
	var report Report
	if err == nil {
		err = json.NewDecoder(r.Body).Decode(&report)
	}
	p.mu.Lock()
	answer := p.waiting[id]
	delete(p.waiting, id)
	p.mu.Unlock()
	if err != nil || answer == nil {
		http.Error(w, "no such job", http.StatusBadRequest)
		return
	}
	answer <- report
	w.WriteHeader(http.StatusNoContent)
}
