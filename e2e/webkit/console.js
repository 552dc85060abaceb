// Keeps what the page writes to its console, throws, and violates its policy with, for
// the test to take. It runs before the page's own scripts.
{
  const kept = [];
  Object.defineProperty(globalThis, Symbol.for('console'), { value: kept });
  const keep = (kind, values, url = '') => kept.push({ Kind: kind, Text: values.map(String).join(' '), URL: url });

  const kinds = { debug: 'debug', log: 'log', info: 'info', warn: 'warning', error: 'error' };
  for (const [method, kind] of Object.entries(kinds)) {
    const write = console[method];
    console[method] = (...values) => {
      keep(kind, values);
      write.apply(console, values);
    };
  }
  const assert = console.assert;
  console.assert = (holds, ...values) => {
    if (!holds) keep('assert', values);
    assert.call(console, holds, ...values);
  };

  addEventListener('error', ({ error, message, filename }) => keep('exception', [error ?? message], filename));
  addEventListener('unhandledrejection', ({ reason }) => keep('exception', [reason]));
  addEventListener('securitypolicyviolation', event => {
    keep('error', ['Content-Security-Policy:', event.violatedDirective, event.blockedURI], event.sourceFile);
  });

  document.currentScript.remove();
}
