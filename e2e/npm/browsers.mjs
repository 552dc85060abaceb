// Usage: node browsers.mjs [--write]
// Which versions of the browsers have what web/ uses, by MDN's compatibility data. It
// fails if docs/browsers.md says other versions, if a promised version lacks something
// and the table does not say what happens then, or if web/ uses something that a
// promised version lacks and that is not in the table. --write puts the versions into
// the table.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import ts from 'typescript';

const read = file => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const data = JSON.parse(readFileSync(new URL(import.meta.resolve('@mdn/browser-compat-data')), 'utf8'));
const browsers = ['chrome', 'edge', 'firefox', 'safari'];
const problems = [];

// "It works in Chrome and Edge 111, Firefox 111, Safari 16.4 and later ones."
const [, ...promise] = /Chrome and Edge (\d+), Firefox (\d+), Safari ([\d.]+)/.exec(read('README.md')) ?? [];
if (promise.length !== 3) throw new Error('README.md promises no versions');
const promised = { chrome: promise[0], edge: promise[0], firefox: promise[1], safari: promise[2] };

/** Whether version a is after version b; '' is never. */
function isAfter(a, b) {
  if (a === '') return true;
  const [one, other] = [a, b].map(version => version.replace('≤', '').split('.').map(Number));
  for (let i = 0; i < Math.max(one.length, other.length); i++) {
    if ((one[i] ?? 0) !== (other[i] ?? 0)) return (one[i] ?? 0) > (other[i] ?? 0);
  }
  return false;
}

/** The first version that has a feature for everybody, '' if none has. */
function since({ support }, browser) {
  const there = [support[browser]]
    .flat()
    .filter(s => s && typeof s.version_added === 'string' && s.version_added !== 'preview')
    .filter(s => !s.flags && !s.prefix && !s.alternative_name && !s.version_removed && !s.partial_implementation)
    .map(s => s.version_added.replace('≤', ''));
  return there.reduce((first, version) => (isAfter(first, version) ? version : first), '');
}

const compat = key => key.split('.').reduce((at, part) => at?.[part], data)?.__compat;
const lacking = entry => browsers.filter(browser => isAfter(since(entry, browser), promised[browser]));

// The table.
const rows = new Map();
const file = 'docs/browsers.md';
const written = read(file).replace(/^\| `(\S+)` \|(.*)\|$/gm, (line, key, rest) => {
  const cells = rest.split(' | ').map(cell => cell.trim());
  const [why, without] = [cells[0], cells.at(-1)];
  const entry = compat(key);
  if (!entry) {
    problems.push(`${file}: there is no data on ${key}`);
    return line;
  }
  rows.set(key, without);
  const missing = lacking(entry);
  if (missing.length > 0 && without === '')
    problems.push(
      `${key} is missing in the promised ${missing.join(', ')}, and ${file} does not say what happens then`,
    );
  if (missing.length === 0 && without !== '') problems.push(`${file}: every promised browser has ${key}`);
  return `| \`${key}\` | ${[why, ...browsers.map(browser => since(entry, browser) || '–'), without].join(' | ')} |`;
});
if (process.argv[2] === '--write') writeFileSync(new URL(`../../${file}`, import.meta.url), written);
else if (written !== read(file))
  problems.push(`${file} has other versions than the compatibility data; run: node e2e/npm/browsers.mjs --write`);

// What a name may mean: the features of that name in a part of the data.
function named(...parts) {
  const names = new Map();
  for (const part of parts) {
    const visit = (at, key, depth) => {
      for (const [name, value] of Object.entries(at)) {
        if (name === '__compat' || typeof value !== 'object') continue;
        const plain = name.replace(/_static$|_event$/, '');
        if (value.__compat) names.set(plain, [...(names.get(plain) ?? []), [`${key}.${name}`, value.__compat]]);
        if (depth > 0) visit(value, `${key}.${name}`, depth - 1);
      }
    };
    visit(
      part.split('.').reduce((at, name) => at[name], data),
      part,
      part === 'css.properties' ? 0 : 2,
    );
  }
  return names;
}

/** Complains of a name if all that it may mean is missing in the same promised browser. */
function check(names, name, where) {
  const meanings = names.get(name);
  if (!meanings || meanings.some(([key]) => rows.has(key))) return;
  const missing = browsers.filter(browser =>
    meanings.every(([, entry]) => isAfter(since(entry, browser), promised[browser])),
  );
  if (missing.length > 0)
    problems.push(
      `${where}: ${name} is missing in the promised ${missing.join(', ')}; ${file} needs a row, such as ${meanings[0][0]}`,
    );
}

// The scripts: names after a dot, and globals.
const scripts = folder =>
  readdirSync(new URL(`../../${folder}/`, import.meta.url))
    .filter(name => name.endsWith('.js') && !/^(wasm_exec|build)/.test(name))
    .map(name => `${folder}/${name}`);
const api = named('api', 'javascript.builtins');
const ownNames = new Set();
const seen = [];
for (const script of [...scripts('web'), ...scripts('web/check'), 'web/texts/en.js', 'web/check/texts/en.js']) {
  const visit = node => {
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.name)) seen.push([node.name.text, script]);
    else if (ts.isNewExpression(node) && ts.isIdentifier(node.expression)) seen.push([node.expression.text, script]);
    else if (ts.isIdentifier(node) && node.text in data.api) seen.push([node.text, script]);
    if (
      (ts.isMethodDeclaration(node) ||
        ts.isPropertyDeclaration(node) ||
        ts.isPropertyAssignment(node) ||
        ts.isGetAccessor(node) ||
        ts.isShorthandPropertyAssignment(node) ||
        ts.isClassDeclaration(node) ||
        ts.isParameter(node) ||
        ts.isBindingElement(node)) &&
      node.name
    )
      ownNames.add(node.name.getText());
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(script, read(script), ts.ScriptTarget.Latest, true));
}
for (const [name, script] of new Map(seen)) if (!ownNames.has(name)) check(api, name, script);

// The styles: properties, at-rules and pseudo-classes.
const [properties, rules, selectors] = [named('css.properties'), named('css.at-rules'), named('css.selectors')];
for (const style of ['web/style.js', 'web/style.css', 'web/check/style.js']) {
  const text = read(style);
  for (const [, name] of text.matchAll(/^\s*([a-z-]+):/gm)) check(properties, name, style);
  for (const [, name] of text.matchAll(/@([a-z-]+)/g)) check(rules, name, style);
  for (const [, name] of text.matchAll(/::?([a-z-]+)(?=[\s({,:)])/g)) check(selectors, name, style);
}

for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
