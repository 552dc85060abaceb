// Usage: node declared.mjs NAME...
// Prints where web/NAME.d.ts, which clients compile against, and the types of
// web/NAME.js differ: the exports, the members of classes, and the type of each.
// Both use the same named types, so equal types have equal names.
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = new URL('../../', import.meta.url);
const path = name => fileURLToPath(new URL(name, root));
const { config } = ts.readConfigFile(path('tsconfig.json'), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, path('.'));
const names = process.argv.slice(2);
const program = ts.createProgram(
  names.flatMap(name => [path(`web/${name}.js`), path(`web/${name}.d.ts`)]),
  options,
);
const checker = program.getTypeChecker();

let differences = 0;
function differ(where, declared, written) {
  differences++;
  console.log(`${where}:\n  the .d.ts has ${declared}\n  the .js has   ${written}`);
}

/** What a file exports for a program to use. */
function values(name) {
  const file = program.getSourceFile(path(`web/${name}`));
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(file)).map(resolve);
  return new Map(exported.filter(({ flags }) => flags & ts.SymbolFlags.Value).map(symbol => [symbol.name, symbol]));
}

function resolve(symbol) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** The members of a type that are public and its own, not those of what a browser has. */
function members(type) {
  const own = ({ name, declarations }) =>
    !name.startsWith('#') &&
    name !== 'prototype' &&
    !name.endsWith('Callback') && // the browser calls those of an element
    !/^(add|remove)EventListener$/.test(name) && // declared once more for the types of the events alone
    declarations?.every(declaration => declaration.getSourceFile().fileName.startsWith(path('web/'))) &&
    !declarations.some(declaration => ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Private);
  return new Map(
    type
      .getProperties()
      .filter(own)
      .map(member => [member.name, member]),
  );
}

function readOnly({ declarations, flags }) {
  if (flags & ts.SymbolFlags.Accessor) return !(flags & ts.SymbolFlags.SetAccessor);
  return declarations.some(declaration => ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Readonly);
}

const format = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseSingleQuotesForStringLiteralType;
const text = type => checker.typeToString(type, undefined, format);

/** What can be read, and what can be set. */
function describe(symbol) {
  const read = checker.getBaseTypeOfLiteralType(checker.getTypeOfSymbol(symbol));
  if (readOnly(symbol)) return `readonly ${text(read)}`;
  const setter = symbol.declarations?.find(ts.isSetAccessor);
  if (!setter) return text(read);
  return `${text(read)}, set to ${text(checker.getTypeAtLocation(setter.parameters[0]))}`;
}

function compare(where, declared, written) {
  for (const name of new Set([...declared.keys(), ...written.keys()])) {
    const [one, other] = [declared.get(name), written.get(name)];
    if (!one || !other) {
      differ(`${where}: ${name}`, one ? 'it' : 'nothing', other ? 'it' : 'nothing');
    } else if (one.flags & ts.SymbolFlags.Class && other.flags & ts.SymbolFlags.Class) {
      compareClasses(`${where}: ${name}`, one, other);
    } else if (describe(one) !== describe(other)) {
      differ(`${where}: ${name}`, describe(one), describe(other));
    }
  }
}

function compareClasses(where, one, other) {
  const [instance, otherInstance] = [one, other].map(symbol => checker.getDeclaredTypeOfSymbol(symbol));
  const [statics, otherStatics] = [one, other].map(symbol => checker.getTypeOfSymbol(symbol));
  for (const [of, type, otherType] of [
    [where, instance, otherInstance],
    [`${where} static`, statics, otherStatics],
  ]) {
    compare(of, members(type), members(otherType));
  }
  const constructors = type => type.getConstructSignatures().map(signature => checker.signatureToString(signature));
  if (`${constructors(statics)}` !== `${constructors(otherStatics)}`) {
    differ(`${where} constructor`, constructors(statics), constructors(otherStatics));
  }
}

for (const name of names) compare(name, values(`${name}.d.ts`), values(`${name}.js`));
if (differences) process.exitCode = 1;
