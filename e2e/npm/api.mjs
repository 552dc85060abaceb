// Usage: node api.mjs FILE.d.ts...
// Prints what declarations say, as JSON, by the files' names: of each export
// whether it is a value, the literals of a union, the members that it declares
// itself, the options of functions and methods, and the details of events.
import { basename } from 'node:path';
import ts from 'typescript';

const files = process.argv.slice(2);
const program = ts.createProgram(files, { lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'], types: [], strict: true });
const checker = program.getTypeChecker();
const names = type => type.getProperties().map(({ name }) => name);

/** The literals of a union, '' apart; null if it is none. */
function literals(type) {
  const parts = type.isUnion() ? type.types : [type];
  return parts.every(part => part.isStringLiteral()) ? parts.map(({ value }) => value).filter(Boolean) : null;
}

/** The properties of the parameter "options" of a function. */
function options(type, signatures = type.getCallSignatures()) {
  const parameter = signatures[0]?.parameters.find(({ name }) => name === 'options');
  return parameter && names(checker.getNonNullableType(checker.getTypeOfSymbol(parameter)));
}

function describe(symbol, file) {
  const own = ({ declarations }) => declarations?.some(declaration => declaration.getSourceFile() === file);
  const value = Boolean(symbol.flags & ts.SymbolFlags.Value);
  if (!(symbol.flags & ts.SymbolFlags.Type))
    return { value, options: { '': options(checker.getTypeOfSymbol(symbol)) } };
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  const members = type.getProperties().filter(own);
  const described = {
    value,
    literals: literals(type),
    members: members.map(({ name }) => name),
    options: {},
    unions: {},
  };
  for (const member of members) {
    const typeOfMember = checker.getTypeOfSymbol(member);
    const of = options(typeOfMember);
    if (of) described.options[member.name] = of;
    const union = literals(checker.getNonNullableType(typeOfMember));
    if (union) described.unions[member.name] = union;
  }
  if (symbol.flags & ts.SymbolFlags.Class) {
    const statics = checker.getTypeOfSymbol(symbol);
    described.options.constructor = options(statics, statics.getConstructSignatures()) ?? [];
    const observed = statics.getProperty('observedAttributes');
    if (observed && own(observed))
      described.attributes = literals(checker.getTypeArguments(checker.getTypeOfSymbol(observed))[0]);
  }
  if (symbol.name.endsWith('EventMap')) {
    described.details = Object.fromEntries(
      type.getProperties().map(property => {
        const [detail] = checker.getTypeArguments(checker.getTypeOfSymbol(property));
        return [
          property.name,
          detail.getSymbol()?.name === '__type'
            ? names(detail)
            : [detail.getSymbol()?.name ?? checker.typeToString(detail)],
        ];
      }),
    );
  }
  return described;
}

console.log(
  JSON.stringify(
    Object.fromEntries(
      files.map(name => {
        const file = program.getSourceFile(name);
        const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(file));
        return [basename(name), Object.fromEntries(symbols.map(symbol => [symbol.name, describe(symbol, file)]))];
      }),
    ),
    null,
    1,
  ),
);
