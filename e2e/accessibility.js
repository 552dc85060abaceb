/* global axe, heard, sockets, wrongServer */
// Runs before a page's own scripts. It lets a test hold up what the page does, and looks
// at the page as a screen reader, a magnifier or a keyboard does.
{
  delete globalThis.Worker; // so that all happens in the page's own thread
  // Gates: a call that goes through a gate waits while that is shut.
  const gates = {};
  globalThis.shut = (...names) => {
    for (const name of names) gates[name] ??= [];
  };
  globalThis.unshut = (...names) => {
    for (const name of names) {
      const waiting = gates[name] ?? [];
      delete gates[name];
      for (const go of waiting) go();
    }
  };
  const through = (name, go) => (gates[name] ? gates[name].push(go) : go());

  const { fetch } = globalThis;
  globalThis.fetch = (resource, options) =>
    new Promise((resolve, reject) => {
      const go = () => fetch(resource, options).then(resolve, reject);
      if (/\.wasm\b/.test(resource?.url ?? resource)) through('module', go);
      else go();
    });

  /** The address of a port where nobody listens, in place of the server's; '' for the server's own. */
  globalThis.wrongServer = '';
  globalThis.sockets = [];
  globalThis.WebSocket = class extends WebSocket {
    constructor(address, protocols) {
      super(wrongServer || address, protocols);
      sockets.push(this);
    }

    send(data) {
      through(/^<open/.test(data) ? 'open' : /^<iq[^>]* type=.([gs]et)/.exec(data)?.[1], () => {
        if (this.readyState === WebSocket.OPEN) super.send(data);
      });
    }
  };

  // The page's own timers that are about to fire. The page uses one before it speaks of a field.
  const { setTimeout, clearTimeout } = globalThis;
  const soon = new Map();
  const fired = id => {
    soon.get(id)?.();
    soon.delete(id);
  };
  globalThis.setTimeout = (go, delay = 0, ...args) => {
    const id = setTimeout(
      (...given) => {
        fired(id);
        go(...given);
      },
      delay,
      ...args,
    );
    if (delay < 1000) soon.set(id, () => {});
    return id;
  };
  globalThis.clearTimeout = id => {
    fired(id);
    clearTimeout(id);
  };
  /** Resolves when there are none. */
  globalThis.settled = async () => {
    while (soon.size) await new Promise(resolve => soon.set([...soon.keys()].at(-1), resolve));
  };

  // What a screen reader would say: live regions as they change, and what gets the focus.
  globalThis.heard = [];
  const live = '[role=status], [role=alert], [aria-live]:not([aria-live=off])';
  const words = node => {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    if (
      node.nodeType !== Node.ELEMENT_NODE ||
      node.ariaHidden === 'true' ||
      node.hidden ||
      getComputedStyle(node).display === 'none'
    )
      return '';
    const inner = [...node.childNodes].map(words).join('');
    return /^(inline|contents)/.test(getComputedStyle(node).display) ? inner : ` ${inner} `;
  };
  const tidy = text =>
    text
      .replace(/[\u2066-\u2069]/g, '')
      .replace(/\s+/g, ' ')
      .trim();
  const named = (element, attribute) =>
    element
      .getAttribute(attribute)
      ?.split(' ')
      .map(id => element.getRootNode().getElementById(id))
      .filter(Boolean)
      .map(words)
      .join(' ') ?? '';
  const spoken = element => {
    const name =
      named(element, 'aria-labelledby') ||
      element.ariaLabel ||
      [...(element.labels ?? [])].map(words).join(' ') ||
      (element.matches('input, select, textarea') ? '' : words(element));
    const group = element.closest('fieldset');
    return [
      group && `${tidy(words(group.querySelector('legend')))}:`,
      name,
      element.ariaInvalid === 'true' && '(invalid)',
      named(element, 'aria-describedby'),
      group && named(group, 'aria-describedby'),
    ]
      .filter(Boolean)
      .join(' ');
  };
  const say = (what, text) => {
    if (tidy(text)) heard.push({ said: `${what}: ${tidy(text)}` });
  };
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function attach(options) {
    const root = attachShadow.call(this, options);
    new MutationObserver(records => {
      const regions = new Set();
      for (const { target, addedNodes } of records) {
        const region = (target.closest ? target : target.parentElement)?.closest(live);
        if (region && addedNodes.length) regions.add(region);
        // Of elements that are added with their text, only an alert is read out.
        for (const node of addedNodes) {
          if (region || node.nodeType !== Node.ELEMENT_NODE) continue;
          for (const alert of [node, ...node.querySelectorAll('*')].filter(each => each.matches('[role=alert]')))
            regions.add(alert);
        }
      }
      for (const region of regions) if (region.isConnected) say(region.role ?? region.ariaLive, words(region));
    }).observe(root, { subtree: true, childList: true, characterData: true });
    // A screen reader takes a moment before it reads a description, which may change
    // until then; a user goes on only after having heard it.
    root.addEventListener('focusin', ({ target }) => {
      const focus = { said: null };
      heard.push(focus);
      const tell = () => {
        clearTimeout(timer);
        removeEventListener('keydown', tell, true);
        focus.said = target.isConnected ? `focus: ${tidy(spoken(target))}` : '';
      };
      const timer = setTimeout(tell);
      addEventListener('keydown', tell, true);
    });
    return root;
  };

  // What is wrong with the layout of the page.
  const everything = (root = document, found = []) => {
    for (const element of root.querySelectorAll('*')) {
      found.push(element);
      if (element.shadowRoot) everything(element.shadowRoot, found);
    }
    return found;
  };
  const called = element =>
    `${element.localName}${element.className && `.${element.className}`}${element.name ? `[name=${element.name}]` : ''}`;
  const seen = element => element.checkVisibility({ visibilityProperty: true }) && !element.closest('.unseen');

  /** The lines of text that can be seen, each with its element. */
  const lines = () =>
    everything()
      .filter(element => seen(element) && !element.matches('option'))
      .flatMap(element =>
        [...element.childNodes]
          .filter(node => node.nodeType === Node.TEXT_NODE && node.data.trim())
          .flatMap(node => {
            const range = document.createRange();
            range.selectNodeContents(node);
            return [...range.getClientRects()]
              .filter(({ width, height }) => width > 1 && height > 1)
              .map(rect => ({ element, rect, text: node.data }));
          }),
      );

  const layoutProblems = () => {
    const problems = [];
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width)
      problems.push(`the page is ${document.documentElement.scrollWidth} px wide, the window ${width}`);
    for (const element of everything()) {
      if (!seen(element) || (!element.closest('main') && !element.getRootNode().host)) continue;
      const { left, right } = element.getBoundingClientRect();
      if (left < -0.5 || right > width + 0.5) problems.push(`${called(element)} goes from ${left} to ${right}`);
      const { overflow } = getComputedStyle(element);
      const cuts = overflow !== 'visible' && !element.matches('input, textarea, select, video, img');
      if (
        (cuts || element.matches('button, a')) &&
        element.scrollWidth > element.clientWidth + 1 &&
        element.clientWidth > 0
      )
        problems.push(`${called(element)} cuts off its text`);
      if (element.matches('input:not([type=checkbox], [type=radio]), select')) {
        const { fontSize, paddingBlockStart, paddingBlockEnd } = getComputedStyle(element);
        if (element.clientHeight < parseFloat(fontSize) + parseFloat(paddingBlockStart) + parseFloat(paddingBlockEnd))
          problems.push(`${called(element)} is too low for its text`);
      }
    }
    const all = lines();
    for (const { rect, text, element } of all) {
      if (rect.left < -0.5 || rect.right > width + 0.5)
        problems.push(`${JSON.stringify(text)} in ${called(element)} goes from ${rect.left} to ${rect.right}`);
      for (let at = element; at && at !== document.body; at = at.parentElement ?? at.getRootNode().host) {
        if (getComputedStyle(at).display === 'inline') continue;
        const box = at.getBoundingClientRect();
        if (rect.top < box.top - 2 || rect.bottom > box.bottom + 2)
          problems.push(`${JSON.stringify(text)} in ${called(element)} leaves ${called(at)}`);
        break;
      }
    }
    for (const [at, one] of all.entries()) {
      for (const other of all.slice(at + 1)) {
        const across = Math.min(one.rect.right, other.rect.right) - Math.max(one.rect.left, other.rect.left);
        const down = Math.min(one.rect.bottom, other.rect.bottom) - Math.max(one.rect.top, other.rect.top);
        // The box of a line is higher than its letters.
        if (
          across > 2 &&
          down > 0.4 * Math.min(one.rect.height, other.rect.height) &&
          !sticks(one.element) &&
          !sticks(other.element)
        ) {
          problems.push(`${JSON.stringify(one.text)} lies over ${JSON.stringify(other.text)}`);
        }
      }
    }
    return [...new Set(problems)];
  };
  const sticks = element => getComputedStyle(element).position === 'sticky';

  /** Controls that are too small for a finger (WCAG 2.2, 2.5.8), however much room there is around them. */
  const smallTargets = () =>
    everything()
      .filter(element => seen(element) && element.matches('a, button, input, select, textarea, summary, audio, video'))
      .map(element => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width < 24 || box.height < 24)
      .map(({ element, box }) => `${called(element)} is ${box.width} x ${box.height} px`);

  // Style sheets that a user's browser or tools may add, in the document and in every shadow tree.
  const sheets = {
    large: 'html { font-size: 200% !important }',
    spaced: `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
      p { margin-block-end: 2em !important }`,
  };
  for (const [name, text] of Object.entries(sheets)) {
    sheets[name] = new CSSStyleSheet();
    sheets[name].replaceSync(text);
  }
  const withSheet = (name, look) => {
    const roots = [
      document,
      ...everything()
        .map(({ shadowRoot }) => shadowRoot)
        .filter(Boolean),
    ];
    for (const root of roots) root.adoptedStyleSheets.push(sheets[name]);
    try {
      return look();
    } finally {
      for (const root of roots) root.adoptedStyleSheets.splice(root.adoptedStyleSheets.indexOf(sheets[name]), 1);
    }
  };

  // Rules of axe-core that do not apply.
  const rules = {
    // It reports that something is hidden, which is no fault: tests look at every state.
    'hidden-content': { enabled: false },
  };

  /** What axe-core finds, and what it could not decide. */
  const axeProblems = async () => {
    const { violations, incomplete } = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice', 'experimental'],
      rules,
      resultTypes: ['violations', 'incomplete'],
    });
    // A mark beside words of the same colour.
    const mark = ({ any }) => any.some(({ data }) => data?.messageKey === 'nonBmp');
    return [...violations, ...incomplete].flatMap(({ id, help, nodes }) =>
      nodes
        .filter(node => !mark(node))
        .map(
          ({ target, any, all, none }) =>
            `${id}: ${help}: ${target.flat().join(' ')} (${[...any, ...all, ...none].map(({ message }) => message).join('; ')})`,
        ),
    );
  };

  // The keyboard.
  const focused = (root = document) =>
    root.activeElement?.shadowRoot ? focused(root.activeElement.shadowRoot) : root.activeElement;
  const luminance = ([r, g, b]) =>
    [r, g, b]
      .map(part => part / 255)
      .map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const rgb = color => color.match(/[\d.]+/g).map(Number);
  const contrast = (one, other) => {
    const [light, dark] = [one, other].map(luminance).sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  /** The colour behind an element. */
  const ground = element => {
    for (
      let at = element.parentElement ?? element.getRootNode().host;
      at;
      at = at.parentElement ?? at.getRootNode().host
    ) {
      const color = rgb(getComputedStyle(at).backgroundColor);
      if (color[3] !== 0) return color;
    }
    return [255, 255, 255];
  };

  /** Moves the focus to the top of the page; the next Tab leads to the first control. */
  globalThis.toTop = () => {
    const title = document.querySelector('h1');
    title.tabIndex = -1;
    title.focus();
    title.removeAttribute('tabindex');
  };

  /** Where the focus is, and what is wrong with how it looks there; null outside of the page. */
  globalThis.stop = async () => {
    // The page may have to scroll first.
    await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const element = focused();
    if (!element || element === document.body) return null;
    const { x, y, width, height } = element.getBoundingClientRect();
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
    const problems = [];
    // The parts of dates, times and players are marked by the browser itself.
    const parts = element.matches('[type=date], [type=time], audio, video');
    if (!parts && (outlineStyle === 'none' || parseFloat(outlineWidth) < 2)) problems.push('the focus is not marked');
    else if (!parts && contrast(rgb(outlineColor), ground(element)) < 3)
      problems.push(`the mark of the focus is ${outlineColor} on ${ground(element)}`);
    // Of a long text, the browser scrolls only the caret into view.
    const middle = [x + width / 2, (Math.max(y, 0) + Math.min(y + height, innerHeight)) / 2];
    let there = document.elementFromPoint(...middle);
    while (there?.shadowRoot) there = there.shadowRoot.elementFromPoint(...middle);
    if (!there || !(element.contains(there) || there.contains(element)))
      problems.push(`${there ? called(there) : 'the end of the screen'} lies over it`);
    return {
      name: element.name || element.dataset.action || called(element),
      x: x + scrollX,
      y: y + scrollY,
      width,
      height,
      problems,
    };
  };

  /** How many stops there have to be; radio buttons of one name are one stop. */
  globalThis.stopsWanted = () => {
    const controls = everything().filter(
      element => seen(element) && element.matches('a[href], button, input, select, textarea, summary, audio, video'),
    );
    const radios = controls.filter(({ type }) => type === 'radio');
    return controls.length - radios.length + new Set(radios.map(({ name }) => name)).size;
  };

  /** The marks of controls that stand out too little from what is around them (WCAG 1.4.11). */
  const faint = () =>
    everything()
      .filter(
        element =>
          seen(element) &&
          element.matches('input, select, textarea, button:not([aria-disabled])') &&
          !element.matches('[type=checkbox], [type=radio]'),
      )
      .filter(element => {
        const { borderTopColor, backgroundColor } = getComputedStyle(element);
        const filled = rgb(backgroundColor);
        return (
          Math.max(
            contrast(rgb(borderTopColor), ground(element)),
            filled[3] === 0 ? 0 : contrast(filled, ground(element)),
          ) < 3
        );
      })
      .map(element => `${called(element)} has a border of ${getComputedStyle(element).borderTopColor}`);

  const looks = {
    axe: axeProblems,
    layout: layoutProblems,
    targets: smallTargets,
    borders: faint,
    large: () => withSheet('large', layoutProblems),
    spaced: () => withSheet('spaced', layoutProblems),
  };
  globalThis.inspect = async names => {
    const found = [];
    for (const name of names) found.push(...(await looks[name]()).map(problem => `${name}: ${problem}`));
    return found;
  };
}
