import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const page = readFileSync(fileURLToPath(new URL('../../docs/errors.md', import.meta.url)), 'utf8').replaceAll(
  '\\|',
  '|',
);
/** The lines written by hand. */
const unmet = page.slice(page.indexOf('## Lines that no short run')).matchAll(/^\| .+ \| \w+ \| `(.+)` \|$/gm);
const root = fileURLToPath(new URL('../../src/', import.meta.url));
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
  .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));

/** A quoted text, or the constant parts of a template. */
type Quoted = readonly string[];

/** Reads a quoted text, and those within it. @returns the index of the closing quote */
function readQuoted(code: string, start: number, texts: Quoted[]): number {
  const parts: string[] = [];
  let text = '';
  let at = start + 1;
  for (; at < code.length && code[at] !== code[start]; at++) {
    if (code[start] === '`' && code.startsWith('${', at)) {
      parts.push(text);
      text = '';
      at = readExpression(code, at + 2, texts);
      continue;
    }
    if (code[at] === '\\') at++;
    text += code[at];
  }
  texts.push([...parts, text]);
  return at;
}

/** Collects the texts up to the bracket or semicolon that ends an expression. @returns its index */
function readExpression(code: string, start: number, texts: Quoted[]): number {
  let depth = 0;
  for (let at = start; at < code.length; at++) {
    if (`'"\``.includes(code[at])) at = readQuoted(code, at, texts);
    else if ('({['.includes(code[at])) depth++;
    else if (')}]'.includes(code[at]) && --depth < 0) return at;
    else if (code[at] === ';' && depth === 0) return at;
  }
  return code.length;
}

/** The texts of an error, and of the constants declared above it that it uses. */
function textsOf(code: string, start: number): Quoted[] {
  const texts: Quoted[] = [];
  const seen = new Set<string>();
  // No further back than the start of the enclosing function.
  const from = Math.max(0, code.lastIndexOf('\n}\n', start));
  const add = (start: number): void => {
    const end = readExpression(code, start, texts);
    for (const [name] of code.slice(start, end).matchAll(/\b[a-z]\w+\b/g)) {
      const declared = code.slice(from, start).lastIndexOf(`const ${name} =`);
      if (declared < 0 || seen.has(name)) continue;
      seen.add(name);
      add(from + declared);
    }
  };
  add(start);
  return texts;
}

/** A text without letters could match anything, and a single word may be a key or a code. */
const isTelling = (parts: Quoted): boolean => /[a-z]/i.test(parts.join('')) && !/^\w+$/.test(parts.join(' '));

/** Whether a line of the page has the parts in this order, in whole words, with anything between them. */
function isListed(parts: Quoted): boolean {
  const escaped = parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const pattern = escaped
    .join('.*')
    .trim()
    .replace(/^(?=\w)/, '\\b')
    .replace(/(?<=\w)$/, '\\b');
  return new RegExp(pattern).test(page);
}

describe('docs/errors.md', () => {
  it('lists every error in the source', () => {
    const missing: string[] = [];
    let errors = 0;
    for (const { name, text } of sources) {
      for (const { index, 0: start } of text.matchAll(
        /new (CharrnnError|CommonError|Fault)\(|(?<!\.)\busage\(|on(Notice|Warning)\(|kind: '(warning|hint)'/g,
      )) {
        errors++;
        for (const said of textsOf(text, index + start.length).filter(isTelling)) {
          if (!isListed(said)) missing.push(`src/${name}: ${JSON.stringify(said)}`);
        }
      }
    }
    assert.deepEqual(missing, [], 'add inputs to scripts/bad-inputs.js');
    assert.ok(errors > 80, `${errors}`);
  });

  it('lists no error by hand that is not in the source', () => {
    const all = sources.map(({ text }) => text).join('\n');
    const lines = Array.from(unmet, ([, line]) => line);
    assert.ok(lines.length > 10);
    const isSaid = (line: string): boolean => line.split(/<[^>]+>|--[a-z-]+/).every((part) => isMadeOf(part, all));
    assert.deepEqual(
      lines.filter((line) => !isSaid(line)),
      [],
    );
  });
});

/** Whether a text consists of pieces found in the source, each of them punctuation or eight characters long. */
function isMadeOf(text: string, all: string): boolean {
  if (text === '') return true;
  for (let length = text.length; length > 0; length--) {
    const piece = text.slice(0, length);
    const isLong = length >= 8 || length === text.length || !/\w/.test(piece);
    if (isLong && all.includes(piece) && isMadeOf(text.slice(length), all)) return true;
  }
  return false;
}
