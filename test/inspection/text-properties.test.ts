import assert from 'node:assert/strict';
import fc from 'fast-check';
import { marksProperty, regexProperty } from '../../src/inspection/own-properties.js';
import { type PropertyName, textProperty } from '../../src/inspection/text-properties.js';
import { propertyNames } from '../../src/options/neuron-options.js';
import { temporaryFolder } from '../temporary-folder.js';

const codePoints = (text: string): Uint32Array => Uint32Array.from(text, (c) => c.codePointAt(0) ?? 0);
const drawn = (values: Uint16Array): string => Array.from(values, (value) => value || '.').join('');

describe('textProperty', () => {
  const cases: readonly (readonly [name: PropertyName, text: string, drawing: string])[] = [
    ['column', 'ab\r\nc\rd\n\n😂e', '123.1.1..12'],
    ['line-end', 'abcdefgh\nij\n', '...11111.11.'],
    ['indentation', '  a b\n\tc\nd', '12222.44..'],
    ['capitals', 'aB Çd Ж', '.1.1..1'],
    ['digits', 'a1 ٣ ½', '.1.1..'],
    ['word', "it's ’a_1' é", '1111..111..1'],
    ['word-length', "it's ab", '1234.12'],
    ['depth', '([a])', '1221.'],
    ['brackets', 'a[b]', '.11.'],
    ['parentheses', '[a](b)', '...11.'],
    ['quotes', 'a "b"', '..11.'],
    ['comments', 'a // b', '...111'],
  ];
  for (const [name, text, drawing] of cases) {
    it(`describes ${name}`, () => assert.equal(drawn(textProperty(name, codePoints(text)).values), drawing));
  }

  it('describes speakers: a line of capitals, or a name and a colon, at the start of a paragraph', () => {
    const found = (text: string): string => {
      const { values } = textProperty('speaker', codePoints(text));
      return Array.from(text, (c, i) => (values[i] ? c : '')).join('');
    };
    assert.equal(found('KING JOHN\nWHAT\n\nFirst Lord: No: no.\nBob: x\n'), 'KING JOHNFirst Lord');
    assert.equal(found('\n\nROMEO.\nAh\n\n\nÉMILE:\nOh'), 'ROMEO.ÉMILE');
    assert.equal(found('Once upon a time\n\nthe end: fin\n\nIt was so that it all came: to nothing\n\nI\n'), '');
    assert.equal(found(`A${'B'.repeat(100_000)}: x`), '');
  });

  it('has a value for each character of any text: 0 or 1 if it is binary', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom(...propertyNames), (text, name) => {
        const all = codePoints(text);
        const { kind, values } = textProperty(name, all);
        assert.equal(values.length, all.length);
        if (kind === 'binary') assert.ok(values.every((value) => value <= 1));
      }),
    );
  });

  it('ends counts where they fit', () => {
    assert.equal(textProperty('column', new Uint32Array(70_000).fill(97)).values.at(-1), 65_535);
  });
});

describe('regexProperty', () => {
  it('marks the code points inside a match', () => {
    assert.equal(drawn(regexProperty('^b+|😂.', codePoints('😂a bb\nbb 😂')).values), '11....11..');
    assert.equal(drawn(regexProperty('x*', codePoints('axx')).values), '.11');
    assert.equal(regexProperty('a', new Uint32Array()).values.length, 0);
  });

  it('is the same as a plain search', () => {
    const unit = fc.constantFrom('a', 'b', '😂', '\n');
    fc.assert(
      fc.property(fc.string({ unit }), fc.constantFrom('a+b?', '😂', '^b', '(?<=a)b', '.'), (text, pattern) => {
        const plain = text.replace(new RegExp(pattern, 'gmu'), (match) => '1'.repeat(Array.from(match).length));
        const expected = Array.from(plain, (c) => (c === '1' ? c : '.')).join('');
        assert.equal(drawn(regexProperty(pattern, codePoints(text)).values), expected);
      }),
    );
  });

  it('refuses what is no regular expression, and ends one that takes too long', () => {
    assert.throws(
      () => regexProperty('(a', new Uint32Array(1)),
      /regex \(a: not a regular expression: Unterminated group/,
    );
    const text = codePoints(`${'a'.repeat(60)}b`);
    assert.throws(() => regexProperty('(a+)+$', text, 50), /no result on this text within 0\.05 seconds/);
  });
});

describe('marksProperty', () => {
  const { path, write, remove } = temporaryFolder();
  after(remove);

  it('reads a 0 or 1 for each character, and nothing else', async () => {
    write('marks.txt', '01\n1 0\n');
    assert.deepEqual([...(await marksProperty(path('marks.txt'), 4)).values], [0, 1, 1, 0]);
    await assert.rejects(marksProperty(path('marks.txt'), 5), /marks\.txt: 4 marks for a text of 5 characters/);
    write('bad.txt', '01x');
    await assert.rejects(marksProperty(path('bad.txt'), 3), /bad\.txt: has "x"; give a 0 or 1/);
  });
});
