/** What the set-up check has that the other elements have not; undefined where there is no browser. */
export const sheet = globalThis.CSSStyleSheet && new CSSStyleSheet();

sheet?.replaceSync(`
:host {
  --good: var(--xmpp-good, #146c2e);
}

@media (prefers-color-scheme: dark) {
  :host {
    --good: var(--xmpp-good, #7fd49a);
  }
}

:where(.report:not(:empty)) {
  margin-block-start: 1.5rem;
  padding-block-start: 1.5rem;
  border-block-start: 1px solid var(--faint);
}

:where(.summary) {
  font-weight: 600;
}

:where(.findings) {
  margin: 0 0 1rem;
  padding: 0;
  list-style: none;
}

:where(.finding) {
  padding-block: 1rem;
  border-block-start: 1px solid var(--faint);
}

:where(.finding h3) {
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  gap: 0.5rem;
  margin: 0 0 0.25rem;
  font-size: 1rem;
}

:where(.finding p) {
  margin: 0 0 0.5rem;
}

:where(.finding ul) {
  margin: 0 0 0.5rem;
  padding-inline-start: 1.25rem;
}

:where(.verdict) {
  padding-inline: 0.5rem;
  border: 1px solid currentcolor;
  border-radius: var(--radius);
  color: var(--muted);
  font-size: 0.875rem;
}

:where(.ok .verdict) {
  color: var(--good);
}

:where(.problem .verdict) {
  color: var(--error);
}

/* Of the other elements' problems it has the name alone. */
:where(.finding.problem) {
  margin: 0;
  padding-inline: 0;
  border-inline: 0;
  border-radius: 0;
  background: none;
}

:where(.snippet) {
  margin-block: 0.25rem;
}

:where(pre) {
  margin: 0.5rem 0;
  padding: 0.75rem;
  border-radius: calc(var(--radius) / 2);
  background: var(--page);
  text-align: left;
  white-space: pre-wrap;
}
`);
