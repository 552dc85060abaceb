/** The stanzas that a client has received. */
export class Heard {
  #all = [];
  /** Called with each stanza that comes. */
  #waiting = new Set();

  /** @param {Element} stanza */
  add(stanza) {
    this.#all.push(stanza);
    for (const look of this.#waiting) look(stanza);
  }

  /** Waits for a stanza, unless it is there. @param {(stanza: Element) => boolean} found */
  until(found) {
    if (this.#all.some(found)) return Promise.resolve();
    return new Promise(resolve => {
      const look = stanza => {
        if (!found(stanza)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
    });
  }
}
