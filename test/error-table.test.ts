import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ErrorRow, errorRows } from './error-table.js';

const root = fileURLToPath(new URL('../../src/', import.meta.url));
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
  .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));

/** The texts in some source: of quotes, and of templates what stands between their `${}`, nested ones included. */
function textsIn(code: string): string[] {
  const texts: string[] = [];
  let at = 0;
  const quoted = (quote: string): void => {
    let text = '';
    for (at++; code[at] !== quote && at < code.length; at++) {
      if (quote === '`' && code.startsWith('${', at)) {
        texts.push(text);
        text = '';
        at += 2;
        rest('}');
        continue;
      }
      if (code[at] === '\\') at++;
      text += code[at];
    }
    texts.push(text);
  };
  const rest = (close: string): void => {
    for (let depth = 0; at < code.length; at++) {
      if (code[at] === close && depth === 0) return;
      if ('{('.includes(code[at])) depth++;
      else if ('})'.includes(code[at])) depth--;
      else if (`'"\``.includes(code[at])) quoted(code[at]);
    }
  };
  rest('');
  return texts;
}

/** What follows a place up to the bracket or semicolon that ends it. */
function expressionAt(text: string, start: number): string {
  let depth = 0;
  for (let end = start; end < text.length; end++) {
    if ('({['.includes(text[end])) depth++;
    else if (')}]'.includes(text[end]) && --depth < 0) return text.slice(start, end);
    else if (text[end] === ';' && depth === 0) return text.slice(start, end);
  }
  return text.slice(start);
}

/** The texts of an error, and of the constants in front of it that it is made of. */
function textsOf(text: string, start: number): string[] {
  const texts: string[] = [];
  const seen = new Set<string>();
  const add = (code: string, before: string): void => {
    texts.push(...textsIn(code));
    for (const [name] of code.matchAll(/\b[a-z]\w+\b/g)) {
      const declared = before.lastIndexOf(`const ${name} =`);
      if (declared < 0 || seen.has(name)) continue;
      seen.add(name);
      add(expressionAt(before, declared), before.slice(0, declared));
    }
  };
  // Not further back than the function that it stands in.
  const from = Math.max(0, text.lastIndexOf('\n}\n', start));
  add(expressionAt(text, start), text.slice(from, start));
  return texts;
}

/** So short a text could be anything. */
const isTelling = (text: string): boolean => /\w\W+\w+\W*\w/.test(text) && text.trim().length > 8;

describe('the tables of errors in docs/reliability.md', () => {
  it('are found', () => assert.ok(errorRows.length > 100));

  it('have every error of the source', () => {
    const table = errorRows.map(({ constants }) => constants.join('\0')).join('\n');
    const missing: string[] = [];
    let errors = 0;
    for (const { name, text } of sources) {
      for (const { index, 0: start } of text.matchAll(/new (CharrnnError|Fault)\(|(?<!\.)\busage\(|onNotice\(/g)) {
        errors++;
        for (const said of textsOf(text, index + start.length).filter(isTelling)) {
          if (!table.includes(said.trim())) missing.push(`src/${name}: ${JSON.stringify(said)}`);
        }
      }
    }
    assert.deepEqual(missing, [], 'add them to docs/reliability.md');
    assert.ok(errors > 80, `${errors}`);
  });

  it('have no error that the source has not', () => {
    const all = sources.map(({ text }) => text).join('\n');
    const said = ({ constants }: ErrorRow): boolean => constants.every((constant) => isMadeOf(constant, all));
    assert.deepEqual(
      errorRows.filter((row) => !said(row)).map(({ line }) => line),
      [],
    );
  });
});

/** Whether a text is said in pieces that the source has, each of them punctuation or some letters long. */
function isMadeOf(text: string, all: string): boolean {
  if (text === '') return true;
  for (let length = text.length; length > 0; length--) {
    const piece = text.slice(0, length);
    const isLong = length >= 4 || length === text.length || !/\w/.test(piece);
    if (isLong && all.includes(piece) && isMadeOf(text.slice(length), all)) return true;
  }
  return false;
}
