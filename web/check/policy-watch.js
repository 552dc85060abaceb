/** The addresses that the page's own policy forbids to connect to: a script is told of a failure only. */
export class PolicyWatch {
  /** @type {Set<string>} */
  #found = new Set();
  #watching = new AbortController();

  constructor() {
    document.addEventListener(
      'securitypolicyviolation',
      ({ effectiveDirective, blockedURI }) => {
        if (effectiveDirective === 'connect-src') this.#found.add(blockedURI);
      },
      { signal: this.#watching.signal },
    );
  }

  /** All of them so far: the browser tells of each in a task of its own. */
  async forbidden() {
    await new Promise(resolve => setTimeout(resolve));
    return [...this.#found];
  }

  end() {
    this.#watching.abort();
  }
}
