// Single lines of made-up code in six programming languages: names, numbers and texts are random and shared by all, so
// what tells the languages apart is how a line is put together.

import { type Draws, labelled } from './draws.js';

type Make = (d: Draws) => string;

const nouns = [
  ...['count', 'index', 'size', 'name', 'value', 'item', 'total', 'next', 'key', 'list', 'node', 'line', 'buffer'],
  ...[
    'user',
    'order',
    'price',
    'date',
    'state',
    'path',
    'file',
    'result',
    'data',
    'left',
    'right',
    'id',
    'type',
    'map',
  ],
];
const verbs = [
  'get',
  'set',
  'add',
  'find',
  'read',
  'write',
  'open',
  'check',
  'make',
  'update',
  'insert',
  'select',
  'sum',
];
const consonants = 'bcdfghklmnprstvwz';

/** A noun, a short made-up word or one letter. */
function word(d: Draws): string {
  const kind = d.fraction();
  if (kind < 0.45) return d.pick(nouns);
  if (kind < 0.65) return d.pick<string>('abcdefghijkmnpqrstuvwxyz');
  return Array.from({ length: d.between(1, 3) }, () => d.pick<string>(consonants) + d.pick<string>('aeiou')).join('');
}

const capital = (text: string): string => text[0].toUpperCase() + text.slice(1);
const camel = (parts: readonly string[]): string => parts.map((part, i) => (i === 0 ? part : capital(part))).join('');

/** A name of one or two words, joined with `joint`, or as `camelCase` with that chance. */
const named =
  (joint: string, camelCase: number): Make =>
  (d) => {
    const parts = [d.chance(0.2) ? d.pick(verbs) : word(d), ...(d.chance(0.3) ? [word(d)] : [])];
    return d.chance(camelCase) ? camel(parts) : parts.join(joint);
  };

const number: Make = (d) =>
  d.chance(0.15) ? `${d.below(100)}.${d.below(100)}` : String(d.below(10 ** d.between(1, 3)));
const phrase: Make = (d) => Array.from({ length: d.between(1, 4) }, () => word(d)).join(' ');
const some = (d: Draws, low: number, high: number, make: Make): string =>
  Array.from({ length: d.between(low, high) }, () => make(d)).join(', ');
const indent = (d: Draws, step: string): string => (d.chance(0.3) ? step.repeat(d.between(1, 2)) : '');

/** What an infix language has of its own. */
interface Infix {
  readonly name: Make;
  readonly quote: Make;
  readonly and: string;
  readonly or: string;
  readonly not: string;
  readonly equal: string;
  readonly unequal: string;
  readonly constants: readonly string[];
  /** Forms of an expression that are not common to all; x is a smaller expression, v a name. */
  readonly own: readonly ((x: () => string, v: () => string) => string)[];
}

/** A value of an infix language, nested up to `depth` times. */
function value(d: Draws, language: Infix, depth = 2): string {
  const x = (): string => value(d, language, depth - 1);
  const v = (): string => language.name(d);
  const kind = depth === 0 ? d.real(0, 0.5) : d.fraction();
  if (kind < 0.25) return v();
  if (kind < 0.38) return number(d);
  if (kind < 0.44) return language.quote(d);
  if (kind < 0.5) return d.pick(language.constants);
  if (kind < 0.65) return `${x()} ${d.pick(['+', '-', '*', '/', '%'])} ${x()}`;
  if (kind < 0.8) return `${v()}(${some(d, 0, 2, x)})`;
  if (kind < 0.85) return `${v()}[${x()}]`;
  if (kind < 0.93) return `${v()}.${v()}${d.chance(0.5) ? `(${some(d, 0, 1, x)})` : ''}`;
  return d.pick(language.own)(x, v);
}

function condition(d: Draws, language: Infix): string {
  const one = (): string => {
    const kind = d.fraction();
    if (kind < 0.2) return `${language.not}${language.name(d)}`;
    return `${value(d, language, 1)} ${d.pick([language.equal, language.equal, '<', '>', '<=', '>=', language.unequal])} ${value(d, language, 1)}`;
  };
  return d.chance(0.25) ? `${one()} ${d.pick([language.and, language.or])} ${one()}` : one();
}

/** A statement: e makes a value, c a condition, v a name, n a capitalised name. */
type Statement = (e: () => string, c: () => string, v: () => string, n: () => string, d: Draws) => string;

/** Lines of an infix language; `end` ends a simple statement. */
function lines(language: Infix, step: string, end: Make, own: readonly Statement[]): Make {
  const common: readonly Statement[] = [
    (e, _c, v, _n, d) => `${v()} = ${e()}${end(d)}`,
    (e, _c, v, _n, d) => `${v()} ${d.pick(['+=', '-='])} ${e()}${end(d)}`,
    (e, _c, v, _n, d) => `${v()}.${v()} = ${e()}${end(d)}`,
    (e, _c, v, _n, d) => `${v()}(${some(d, 1, 3, e)})${end(d)}`,
    (e, _c, _v, _n, d) => `return ${e()}${end(d)}`,
  ];
  return (d) => {
    const statement = d.pick(d.chance(0.1) ? common : own);
    const v = (): string => language.name(d);
    const line = statement(
      () => value(d, language),
      () => condition(d, language),
      v,
      () => capital(camel([word(d), word(d)])),
      d,
    );
    return indent(d, step) + line;
  };
}

const double: Make = (d) => `"${phrase(d)}"`;
const single: Make = (d) => `'${phrase(d)}'`;
const c: Infix = {
  name: named('_', 0.3),
  quote: double,
  and: '&&',
  or: '||',
  not: '!',
  equal: '==',
  unequal: '!=',
  constants: ['NULL', 'true', 'false', '0', '1'],
  own: [(_x, v) => `${v()}->${v()}`, (_x, v) => `&${v()}`, (_x, v) => `*${v()}`, (x) => `(${x()})`],
};
const cType: Make = (d) => d.pick(['int', 'char *', 'long', 'float', 'double', 'size_t', 'bool']);
const declared = (d: Draws, v: () => string): string => `${cType(d)} ${v()}`.replace('* ', '*');
const cLine = lines(c, '  ', () => ';', [
  (e, _c, v, _n, d) => `${declared(d, v)} = ${e()};`,
  (_e, c) => `if (${c()}) {`,
  (_e, _c, v, n) => `typedef struct ${v()} ${n()};`,
  (_e, c) => `while (${c()}) {`,
  (e, _c, v) => {
    const i = v();
    return `for (int ${i} = 0; ${i} < ${e()}; ${i}++)`;
  },
  (_e, _c, v, _n, d) => `${declared(d, v)}(${some(d, 1, 2, () => declared(d, v))}) {`,
  (_e, _c, v, n) => `struct ${n()} *${v()};`,
  (e, _c, v) => `${v()}->${v()} = ${e()};`,
  (e, _c, _v, _n, d) => `printf(${double(d)}, ${e()});`,
  (e, _c, v, _n, d) => d.pick([`#define ${v().toUpperCase()} ${e()}`, `#include <${v()}.h>`, `case ${e()}:`]),
  (_e, _c, _v, _n, d) => (d.chance(0.7) ? `/* ${phrase(d)} */` : `// ${phrase(d)}`),
]);

const python: Infix = {
  name: named('_', 0.2),
  quote: (d) => (d.chance(0.5) ? single(d) : double(d)),
  and: 'and',
  or: 'or',
  not: 'not ',
  equal: '==',
  unequal: '!=',
  constants: ['None', 'True', 'False', '0', '[]'],
  own: [
    (x) => `[${x()}, ${x()}]`,
    (x, v) => `${v()}[${x()}:]`,
    (x, v) => `[${x()} for ${v()} in ${v()}]`,
    (x) => `(${x()})`,
  ],
};
const pythonLine = lines(python, '    ', () => '', [
  (e, _c, v) => `${v()} = ${e()}`,
  (e, _c, v) => `${v()}, ${v()} = ${e()}, ${e()}`,
  (_e, c, _v, _n, d) => `${d.pick(['if', 'elif', 'while'])} ${c()}:`,
  (e, _c, v) => `for ${v()} in ${e()}:`,
  (_e, _c, v, _n, d) => `def ${v()}(${some(d, 0, 3, v)}):`,
  (e, _c, _v, _n, d) => `print(${some(d, 1, 2, e)})`,
  (_e, _c, v) => `from ${v()} import ${v()}`,
  (_e, c) => `assert ${c()}`,
  (_e, _c, v, n) => `class ${n()}(${v()}):`,
  (e, _c, v) => `self.${v()} = ${e()}`,
  (_e, _c, _v, _n, d) => `# ${phrase(d)}`,
]);

const javascript: Infix = {
  name: named('_', 0.9),
  quote: (d) => (d.chance(0.6) ? single(d) : double(d)),
  and: '&&',
  or: '||',
  not: '!',
  equal: '===',
  unequal: '!==',
  constants: ['null', 'true', 'false', '0', 'undefined', '[]'],
  own: [
    (x, v) => `${v()}.map((${v()}) => ${x()})`,
    (x, v) => `{ ${v()}: ${x()} }`,
    (x) => `[${x()}, ${x()}]`,
    (x) => `(${x()})`,
  ],
};
const semicolon: Make = (d) => (d.chance(0.75) ? ';' : '');
const javascriptLine = lines(javascript, '  ', semicolon, [
  (e, _c, v, _n, d) => `${d.pick(['const', 'const', 'let', 'var'])} ${v()} = ${e()}${semicolon(d)}`,
  (e, _c, v, _n, d) => `let ${v()} = ${e()}${semicolon(d)}`,
  (_e, c) => `if (${c()}) {`,
  (e, _c, v, _n, d) => `${v()}.forEach((${v()}) => ${e()})${semicolon(d)}`,
  (_e, c) => `while (${c()}) {`,
  (e, _c, v) => `for (const ${v()} of ${e()}) {`,
  (_e, _c, v, _n, d) => `function ${v()}(${some(d, 0, 3, v)}) {`,
  (e, _c, v, _n, d) => `const ${v()} = (${some(d, 0, 2, v)}) => ${e()}${semicolon(d)}`,
  (_e, _c, v, _n, d) => `import { ${v()} } from ${single(d)}${semicolon(d)}`,
  (e, _c, _v, _n, d) => `console.log(${some(d, 1, 2, e)})${semicolon(d)}`,
  (_e, _c, _v, _n, d) => `// ${phrase(d)}`,
]);

const rust: Infix = {
  name: named('_', 0.1),
  quote: double,
  and: '&&',
  or: '||',
  not: '!',
  equal: '==',
  unequal: '!=',
  constants: ['None', 'true', 'false', '0', '1'],
  own: [
    (_x, v) => `&${v()}`,
    (x, v) => `${v()}::${v()}(${x()})`,
    (x) => `Some(${x()})`,
    (_x, v) => `${v()}?`,
    (x) => `(${x()})`,
  ],
};
const rustType: Make = (d) => d.pick(['i32', 'u8', 'usize', 'f64', 'bool', '&str', 'String', 'Vec<u8>']);
const rustLine = lines(rust, '    ', () => ';', [
  (e, _c, v, _n, d) => `let ${d.chance(0.3) ? 'mut ' : ''}${v()} = ${e()};`,
  (e, _c, v, _n, d) => `let ${v()}: ${rustType(d)} = ${e()};`,
  (_e, c) => `if ${c()} {`,
  (_e, c) => `while ${c()} {`,
  (e, _c, v, _n, d) => `for ${v()} in ${d.chance(0.5) ? `0..${e()}` : e()} {`,
  (_e, _c, v, _n, d) => `fn ${v()}(${some(d, 0, 2, () => `${v()}: ${rustType(d)}`)}) -> ${rustType(d)} {`,
  (e, _c, _v, _n, d) => `println!(${double(d)}, ${e()});`,
  (_e, _c, v) => `use ${v()}::${v()};`,
  (e, _c, _v, _n, d) => `${d.pick(['Some', 'Ok', 'Err'])}(${e()})`,
  (e, _c, v) => `${v()} => ${e()},`,
  (_e, _c, _v, _n, d) => `${d.pick(['//', '///'])} ${phrase(d)}`,
]);

const lispName = named('-', 0.05);

/** A value of a language of lists, nested up to `depth` times. */
function list(d: Draws, depth = 2): string {
  const x = (): string => list(d, depth - 1);
  const kind = depth === 0 ? d.real(0, 0.5) : d.fraction();
  if (kind < 0.28) return lispName(d);
  if (kind < 0.4) return number(d);
  if (kind < 0.46) return double(d);
  if (kind < 0.5) return d.pick(['nil', '#t', '#f', "'()"]);
  if (kind < 0.7) return `(${d.pick(['+', '-', '*', '/', '<', '>', '='])} ${x()} ${x()})`;
  return `(${d.chance(0.3) ? d.pick(['car', 'cdr', 'not', 'null?', 'list', 'cons']) : lispName(d)} ${x()})`;
}
const lispForms: readonly Make[] = [
  (d) => `(define ${lispName(d)} ${list(d)})`,
  (d) => `(define (${lispName(d)} ${lispName(d)})`,
  (d) => `(let ((${lispName(d)} ${list(d)}))`,
  (d) => `(if ${list(d)}`,
  (d) => `(set! ${lispName(d)} ${list(d)})`,
  (d) => `(${lispName(d)} ${list(d)} ${list(d)})`,
  (d) => `${list(d)})`,
  (d) => `${list(d, 1)} ${list(d, 1)}))`,
  (d) => `(lambda (${lispName(d)}) ${list(d)})`,
  (d) => `; ${phrase(d)}`,
];
const lispLine: Make = (d) => indent(d, '  ') + d.pick(lispForms)(d);

const sqlName = named('_', 0.15);
const column: Make = (d) => (d.chance(0.3) ? `${word(d)}.${sqlName(d)}` : sqlName(d));
const cell: Make = (d) => d.pick([column, number, single])(d);
const comparison: Make = (d) => `${column(d)} ${d.pick(['=', '<', '>', '<=', '>=', '!=', '<>'])} ${cell(d)}`;
const call: Make = (d) => `${d.pick(['count', 'sum', 'max', 'min', 'lower'])}(${column(d)})`;
const sqlForms: readonly Make[] = [
  (d) => `SELECT ${some(d, 1, 3, column)} FROM ${sqlName(d)}`,
  (d) => `FROM ${sqlName(d)} WHERE ${comparison(d)};`,
  (d) => `WHERE ${comparison(d)}`,
  (d) => `AND ${comparison(d)}`,
  (d) => `JOIN ${sqlName(d)} ON ${column(d)} = ${column(d)}`,
  (d) => `UPDATE ${sqlName(d)} SET ${sqlName(d)} = ${cell(d)};`,
  (d) => `INSERT INTO ${sqlName(d)} VALUES (${some(d, 1, 3, cell)});`,
  (d) => `(${some(d, 2, 3, cell)}),`,
  (d) => `${call(d)} AS ${sqlName(d)},`,
  (d) => `${sqlName(d)} ${d.pick(['INT', 'TEXT', 'DATE', 'FLOAT'])} NOT NULL,`,
  (d) => `ORDER BY ${some(d, 1, 2, column)};`,
  (d) => `SET ${sqlName(d)} = ${cell(d)};`,
  (d) => `-- ${phrase(d)}`,
];
const keywords =
  /\b(SELECT|FROM|WHERE|AND|JOIN|ON|UPDATE|SET|INSERT|INTO|VALUES|AS|INT|TEXT|DATE|FLOAT|NOT|NULL|ORDER|BY)\b/g;
const sqlLine: Make = (d) => {
  const line = indent(d, '  ') + d.pick(sqlForms)(d);
  return d.chance(0.5) ? line.replace(keywords, (keyword) => keyword.toLowerCase()) : line;
};

/** `label⇥line`: lines of six languages, equally frequent, no line twice. */
export function languages(count: number, draws: Draws): string[] {
  return labelled(
    count,
    draws,
    new Map([
      ['c', cLine],
      ['javascript', javascriptLine],
      ['lisp', lispLine],
      ['python', pythonLine],
      ['rust', rustLine],
      ['sql', sqlLine],
    ]),
  );
}
