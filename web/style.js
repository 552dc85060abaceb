/**
 * A page changes the look of the elements by the custom properties --xmpp-…, which it may set for light and for
 * dark, and by ::part. Undefined where there is no browser: servers that render pages import it.
 */
export const sheet = globalThis.CSSStyleSheet && new CSSStyleSheet();

sheet?.replaceSync(`
:host {
  --accent: var(--xmpp-accent, #0b57d0);
  --on-accent: var(--xmpp-on-accent, #fff);
  --text: var(--xmpp-text, #1b1f24);
  --muted: var(--xmpp-muted, #545d68);
  --surface: var(--xmpp-surface, #fff);
  --page: var(--xmpp-page, #f1f3f6);
  --border: var(--xmpp-border, #7a828c);
  --faint: var(--xmpp-faint, #d5d9df);
  --error: var(--xmpp-error, #b3261e);
  --error-surface: var(--xmpp-error-surface, #fdf0ef);
  --radius: var(--xmpp-radius, 0.5rem);
  --font: var(--xmpp-font, system-ui, sans-serif);
}

@media (prefers-color-scheme: dark) {
  :host {
    --accent: var(--xmpp-accent, #8ab4f8);
    --on-accent: var(--xmpp-on-accent, #0b1a33);
    --text: var(--xmpp-text, #e6e8eb);
    --muted: var(--xmpp-muted, #a9b1bb);
    --surface: var(--xmpp-surface, #1d2125);
    --page: var(--xmpp-page, #131619);
    --border: var(--xmpp-border, #838c96);
    --faint: var(--xmpp-faint, #363c43);
    --error: var(--xmpp-error, #ffb4ab);
    --error-surface: var(--xmpp-error-surface, #3a2422);
  }
}

/* All in :where(): the order of the rules alone decides. */

:host {
  display: block;
  box-sizing: border-box;
  color-scheme: light dark;
  padding: clamp(1rem, 5vw, 2rem);
  border: 1px solid var(--faint);
  border-radius: calc(var(--radius) * 2);
  background: var(--surface);
  color: var(--text);
  font-family: var(--font);
  line-height: 1.5;
  overflow-wrap: anywhere;
}

:host([hidden]) {
  display: none;
}

:where(*, ::before) {
  box-sizing: border-box;
}

/* Also if a rule below sets another display. */
[hidden] {
  display: none !important;
}

:where(h2) {
  margin: 0 0 0.75rem;
  font-size: 1.25rem;
  line-height: 1.3;
}

:where(p) {
  margin: 0 0 0.75rem;
}

:where(.lines) {
  white-space: pre-line;
}

:where(.instructions) {
  margin-block-end: 1.25rem;
}

/* Each has a line of its own, and is to be hit by a finger. */
:where(a) {
  display: inline-block;
  min-block-size: 1.5rem;
  color: var(--accent);
}

/* Nothing that has the focus is to lie under the status. */
:where(a, button, input, select, textarea, summary) {
  scroll-margin-block: 4rem;
}

:where(:focus-visible) {
  outline: 3px solid var(--accent);
  outline-offset: 2px;
}

/* These get the focus from the script, to be read out; they are no controls. */
:where(h2, .status, .problem, .said, .instructions):focus-visible {
  outline: none;
}

/* A text in another direction keeps its own order, and the page's margin. */
:where(h2, p, span)[dir='auto'] {
  text-align: -webkit-match-parent;
  text-align: match-parent;
}

:where(h3) {
  margin: 0 0 0.75rem;
  font-size: 1.125rem;
  line-height: 1.3;
}

:where(section) {
  margin-block-start: 1.5rem;
  padding-block-start: 1.5rem;
  border-block-start: 1px solid var(--faint);
}

/* Fields */

:where(.field) {
  min-inline-size: 0;
  margin: 0 0 1.25rem;
  padding: 0;
  border: 0;
}

:where(.field > label, legend, .label) {
  display: block;
  margin: 0 0 0.25rem;
  padding: 0;
  font-weight: 600;
}

:where(.required, .optional) {
  color: var(--muted);
  font-size: 0.875rem;
  font-weight: 400;
}

:where(input, select, textarea) {
  inline-size: 100%;
  min-inline-size: 0;
  min-block-size: 2.75rem;
  margin: 0;
  padding: 0.5rem 0.75rem;
  border: 1px solid var(--border);
  border-radius: var(--radius);
  background: var(--surface);
  color: inherit;
  /* Under 16 px phones zoom in when the field gets the focus. */
  font: inherit;
  font-size: max(1rem, 16px);
}

:where(textarea) {
  display: block;
  resize: vertical;
}

:where([aria-invalid='true']:not(fieldset)) {
  border-color: var(--error);
  box-shadow: inset 0 0 0 1px var(--error);
}

/* Settled, and no less readable for it. */
:where(:is(input, textarea)[readonly], select:disabled) {
  border-style: dashed;
  background: var(--page);
  color: inherit;
  opacity: 1;
}

/* A line of text with something at its end, in one box. */
:where(.inset) {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  border: 1px solid var(--border);
  border-radius: var(--radius);
  background: var(--surface);
}

:where(.inset > input) {
  flex: 1 1 6rem;
  border: 0;
  border-radius: calc(var(--radius) - 1px);
  box-shadow: none;
  background: transparent;
}

:where(.inset > input):focus-visible {
  outline-offset: 0;
}

:where(.inset.wrong) {
  border-color: var(--error);
  box-shadow: inset 0 0 0 1px var(--error);
}

:where(.inset.settled) {
  border-style: dashed;
  background: var(--page);
}

:where(.inset > .suffix) {
  max-inline-size: 100%;
  margin-inline-start: auto;
  padding-inline: 0.75rem;
  padding-block: 0.25rem;
  color: var(--muted);
}

:where(.advice) {
  display: flex;
  flex-wrap: wrap;
  justify-content: space-between;
  column-gap: 1rem;
}

/* The same room with and without words. */
:where(.advice > .strength) {
  flex: 1 1 10rem;
  min-block-size: 1.5em;
}

:where(.choice) {
  display: flex;
  gap: 0.625rem;
  padding-block: 0.375rem;
}

:where(.choice input) {
  flex: none;
  inline-size: 1.5rem;
  block-size: 1.5rem;
  min-block-size: 0;
  accent-color: var(--accent);
}

:where(.choices.few) {
  display: flex;
  flex-wrap: wrap;
  column-gap: 1.5rem;
}

/* Below the words of a box. */
/* Words alone: in an address, a hyphen would be part of it. */
:where(.choice > label, .links, button) {
  hyphens: auto;
}

:where(.links) {
  display: flex;
  flex-wrap: wrap;
  gap: 0.25rem 1rem;
  margin: 0;
  padding-inline-start: 2.125rem;
}

:where(.choices .other) {
  margin-block-start: 0.5rem;
}

:where(.choices .other label) {
  display: block;
  margin-block-end: 0.25rem;
}

:where(.hint) {
  margin: 0.25rem 0 0;
  color: var(--muted);
  font-size: 0.875rem;
}

:where(fieldset > .hint) {
  margin: 0 0 0.25rem;
}

:where(.error) {
  margin: 0.5rem 0 0;
  color: var(--error);
  font-size: 0.9375rem;
}

:where(.error, .shown):empty {
  display: none;
}

:where(.media) {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.5rem;
  margin-block-end: 0.5rem;
}

:where(.media p) {
  margin: 0;
}

:where(.field img, .field audio, .field video) {
  display: block;
  max-inline-size: 100%;
  max-block-size: 30rem;
  block-size: auto;
  object-fit: contain;
  margin-block-end: 0.25rem;
  border-radius: calc(var(--radius) / 2);
}

/* Pictures with letters are mostly dark on nothing: in the dark they need a ground. */
:where(.field img) {
  background: #fff;
}

:where(.field audio) {
  /* Not all of a place that is only as wide as what is in it. */
  inline-size: 20rem;
  block-size: 3.375rem;
}

/* Buttons */

:where(button, a.primary, a.button) {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  min-block-size: 2.75rem;
  padding: 0.5rem 1.25rem;
  border: 1px solid var(--border);
  border-radius: var(--radius);
  background: transparent;
  color: inherit;
  font: inherit;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
}

:where(.primary) {
  border-color: var(--accent);
  background: var(--accent);
  color: var(--on-accent);
  font-weight: 600;
}

:where(.danger) {
  border-color: var(--error);
  color: var(--error);
  font-weight: 600;
}

/* A button that looks like a link: beside the point, and not to be missed. */
:where(button.linklike) {
  min-block-size: 2rem;
  padding: 0.25rem 0;
  border: 0;
  color: var(--accent);
  text-align: start;
  text-decoration: underline;
}

:where(button.quiet) {
  padding-inline: 0.75rem;
}

:where(.inset > button) {
  min-block-size: 2.25rem;
  margin: 0.25rem;
  padding-block: 0.25rem;
  border: 0;
  color: var(--accent);
}

:where(button, a.primary, a.button):hover {
  filter: brightness(1.1);
}

:where(button, a.button):hover:not(.primary) {
  border-color: currentcolor;
}

:where([aria-disabled='true']) {
  opacity: 0.65;
  cursor: progress;
}

:where(.actions) {
  display: flex;
  flex-wrap: wrap;
  gap: 0.75rem;
  margin: 0 0 0.5rem;
}

:where(.actions:last-child) {
  margin-block-end: 0;
}

:where(form + .actions) {
  margin-block-start: 0.75rem;
}

:where(form .actions > button) {
  flex: 1 1 auto;
}

/* What is going on, and what went wrong */

:where(.status) {
  margin: 0;
  color: var(--muted);
}

:where(.view:not(:empty) + .status:not(:empty)) {
  margin-block-start: 0.75rem;
}

:where(progress) {
  display: block;
  inline-size: 100%;
  margin-block-start: 0.75rem;
  accent-color: var(--accent);
}

/* The account's forms may be longer than the screen. */
:host(xmpp-account) :where(.status:not(.unseen, :empty)) {
  position: sticky;
  inset-block-end: 0;
  padding-block: 0.75rem;
  border-block-start: 1px solid var(--faint);
  background: var(--surface);
}

/* For screen readers alone. */
:where(.unseen) {
  position: absolute;
  inline-size: 1px;
  block-size: 1px;
  margin: -1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}

:where(.busy)::before {
  content: '';
  display: inline-block;
  inline-size: 1em;
  block-size: 1em;
  margin-inline-end: 0.5em;
  border: 2px solid currentcolor;
  border-inline-end-color: transparent;
  border-radius: 50%;
  vertical-align: -0.125em;
  animation: xmpp-turn 0.9s linear infinite;
}

@keyframes xmpp-turn {
  to { rotate: 1turn; }
}

:where(.problem) {
  margin-block-end: 1.25rem;
  padding: 0.75rem 1rem;
  border-inline-start: 4px solid var(--error);
  border-radius: calc(var(--radius) / 2);
  background: var(--error-surface);
}

:where(.said:not(:empty), .notice > *) {
  margin-block-end: 1.25rem;
  padding: 0.75rem 1rem;
  border-inline-start: 4px solid var(--accent);
  border-radius: calc(var(--radius) / 2);
  background: var(--page);
}

:where(.said):empty {
  margin: 0;
}

/* Nothing comes below it. */
:where(div:has(+ .view:empty) > .problem) {
  margin-block-end: 0;
}

:where(.problem .what) {
  margin-block-end: 0.25rem;
  color: var(--error);
  font-weight: 600;
}

:where(.error .quotation) {
  display: block;
}

:where(.quotation q) {
  font-style: italic;
}

/* The page's own marks would stand the wrong way round. */
[dir='rtl'] q:dir(ltr) {
  quotes: '“' '”' '‘' '’';
}

:where(summary) {
  cursor: pointer;
}

:where(.technical) {
  margin: 0.25rem 0 0;
  font-family: ui-monospace, monospace;
  font-size: 0.8125rem;
}

:where(slot > h3) {
  margin-block-start: 1.25rem;
}

:where(.apps) {
  display: flex;
  flex-wrap: wrap;
  gap: 0.5rem;
  margin: 0 0 1.25rem;
  padding: 0;
  list-style: none;
}

:where(.apps a) {
  padding: 0.375rem 0.875rem;
  border: 1px solid var(--faint);
  border-radius: 1.25rem;
  text-decoration: none;
}

:where(.apps a):hover {
  border-color: currentcolor;
}

:where(.address) {
  margin: 0 0 0.75rem;
  font-size: clamp(1.25rem, 6vw, 1.75rem);
  font-weight: 700;
  line-height: 1.25;
}

@media (prefers-reduced-motion: reduce) {
  :where(.busy)::before {
    animation: none;
  }
}

@media (forced-colors: active) {
  :where(.problem, .said:not(:empty), .notice > *, button:not(.linklike), a.primary, a.button) {
    border: 1px solid;
  }

  :where(.inset) {
    border: 0;
  }

  :where(.inset > :is(input, button)) {
    border: 1px solid;
  }

  :where([aria-invalid='true']:not(fieldset)) {
    border-width: 3px;
  }

  :where(.error) {
    font-weight: 600;
  }

  /* Without its gap nobody would see it turn. */
  :where(.busy)::before {
    forced-color-adjust: none;
    color: CanvasText;
  }

  :where(:focus-visible) {
    outline-color: Highlight;
  }
}
`);
