// A script beside the elements that looks everywhere for a secret. It runs before a page's own scripts.
{
  const seen = [];
  const note = (where, what) => {
    let text = '';
    try {
      text = typeof what === 'string' ? what : JSON.stringify(what);
    } catch {
      /* what refers to itself is read by another way */
    }
    if (text) seen.push([where, text]);
  };

  // All events, as they come down through the window, with all that they bring. `handover` is for who takes the login.
  const { dispatchEvent } = EventTarget.prototype;
  const listened = new Set();
  const listen = type => {
    if (listened.has(type) || type === 'handover') return;
    listened.add(type);
    addEventListener(
      type,
      event => {
        for (const name in event) if (!(event[name] instanceof EventTarget)) note(`event ${type}.${name}`, event[name]);
        // Into a closed tree this would not lead.
        if (event.target instanceof Element) note(`event ${type}.target`, event.target.outerHTML);
      },
      true,
    );
  };
  for (const name in window) if (name.startsWith('on')) listen(name.slice(2));
  for (const type of ['focusin', 'focusout', 'compositionend']) listen(type);
  EventTarget.prototype.dispatchEvent = function (event) {
    listen(event.type);
    return dispatchEvent.call(this, event);
  };

  for (const name of ['log', 'debug', 'info', 'warn', 'error']) {
    const own = console[name];
    console[name] = (...all) => {
      note(`console.${name}`, all.map(String).join(' '));
      own(...all);
    };
  }

  // The elements with their attributes and texts, also in open shadow trees. What a field holds is no attribute.
  const walk = (root, read) => {
    for (const element of root.querySelectorAll('*')) {
      read(element);
      if (element.shadowRoot) walk(element.shadowRoot, read);
    }
  };
  const ofDocument = () =>
    walk(document, element => {
      for (const { name, value } of element.attributes) note(`${element.localName}[${name}]`, value);
      for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) note(element.localName, node.data);
      for (const name of Object.getOwnPropertyNames(element)) note(`${element.localName}.${name}`, element[name]);
    });

  // All that the globals lead to.
  const ofGlobals = () => {
    const known = new Set();
    const queue = [['globalThis', globalThis]];
    for (let at = 0; at < queue.length && at < 50_000; at++) {
      const [path, object] = queue[at];
      for (const key of Reflect.ownKeys(object)) {
        let value;
        try {
          value = object[key];
        } catch {
          continue; // a getter that is for something else
        }
        const where = `${path}.${String(key)}`;
        if (typeof value === 'string') note(where, value);
        if (value instanceof Promise) value.catch(() => {}); // it is of the prototype's getter
        const leads = (typeof value === 'object' && value) || typeof value === 'function';
        if (!leads || known.has(value) || value === seen || value instanceof Node) continue;
        known.add(value);
        queue.push([where, value]);
      }
    }
    return queue.length;
  };

  const ofStores = async () => {
    note('history', history.state);
    note('address', location.href);
    note('cookie', document.cookie);
    note('name', window.name);
    for (const [name, store] of Object.entries({ localStorage, sessionStorage })) {
      for (const key of Object.keys(store)) note(`${name}.${key}`, `${key} ${store[key]}`);
    }
    for (const { name } of await indexedDB.databases()) note('indexedDB', name);
    for (const entry of performance.getEntries()) note('performance', entry.toJSON());
  };

  /** Where this secret is to be found; with what fields hold, where they are to be empty by now. */
  globalThis.spy = async (secret, { withFields = false } = {}) => {
    ofDocument();
    if (ofGlobals() < 100) return ['The globals lead nowhere.'];
    await ofStores();
    if (withFields) walk(document, ({ localName, value }) => note(`${localName}.value`, value));
    return [...new Set(seen.filter(([, text]) => text.includes(secret)).map(([where]) => where))];
  };
}
