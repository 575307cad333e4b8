import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bracketDepth, comments, quotations } from '../../src/inspection/enclosures.js';

const codePoints = (text: string): Uint32Array => Uint32Array.from(text, (c) => c.codePointAt(0) ?? 0);

/** Draws a property below its text: 1, 2, … where it is there, a dot elsewhere. */
const drawn = (values: Uint16Array): string => Array.from(values, (value) => value || '.').join('');

describe('quotations', () => {
  const cases: readonly (readonly [what: string, text: string, drawing: string])[] = [
    ['straight quotes, the opening mark inside and the closing one not', 'a "bc" d "e".', '..111....11..'],
    ['curly quotes, with a single one inside', '“a ‘b’ c” d', '11111111...'],
    ['German and French quotes', '„a“ «b»', '11..11.'],
    ['characters beyond 16 bits', '😂“😂”😂', '.11..'],
    ['single quotes', "x = 'a b' + 'c'", '....1111....11.'],
    ['a backtick with a partner, and one without', '`a` b `c', '11......'],
    ['no apostrophes', "don't the dogs' ’tis", '....................'],
    ['no mark that a backslash escapes', 'f("a\\"b")', '..11111..'],
    ['lines of one paragraph', '"a\nb" c', '1111...'],
    ['an open quotation to the end of its paragraph', '"a b\n\nc d', '111111...'],
    ['no open single mark', "'a b\n\nc' d", '..........'],
    ['nothing', '', ''],
  ];
  for (const [what, text, drawing] of cases) {
    it(`marks ${what}`, () => assert.equal(drawn(quotations(codePoints(text))), drawing));
  }
});

describe('comments', () => {
  const cases: readonly (readonly [what: string, text: string, drawing: string])[] = [
    ['the rest of a line', 'a // b\nc', '...111..'],
    ['a block over several lines', 'a /* b\n*/ c', '...11111...'],
    ['a # at the start of a word', 'a # b\n#!c\nd#e C# f', '..111.111.........'],
    ['not an address', 'https://a.b', '...........'],
    ['not a block without an end', 'a /* b /* c', '...........'],
    ['a comment of HTML', '<!-- a -->b', '...111111..'],
  ];
  for (const [what, text, drawing] of cases) {
    it(`marks ${what}`, () => assert.equal(drawn(comments(codePoints(text))), drawing));
  }
});

describe('bracketDepth', () => {
  it('counts brackets with a partner', () => {
    assert.equal(drawn(bracketDepth(codePoints('a(b[c]{d})e'))), '.11221221..');
    assert.equal(drawn(bracketDepth(codePoints(':( a) b) [c'))), '.111.......');
    assert.equal(drawn(bracketDepth(codePoints('(a[b)c]'))), '1111...');
  });

  it('counts only the kinds that are wanted', () => {
    assert.equal(drawn(bracketDepth(codePoints('a(b[c]{d})e'), '(')), '.11111111..');
  });

  it('ends at 0, never falls below it, and is the depth of a plain stack on balanced text', () => {
    const balanced = fc.letrec<{ text: string }>((tie) => ({
      text: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom('', 'a', 'b c'),
        fc
          .tuple(fc.constantFrom('()', '[]', '{}'), tie('text'), tie('text'))
          .map(([pair, inner, next]) => pair[0] + inner + pair[1] + next),
      ),
    })).text;
    fc.assert(
      fc.property(balanced, (text) => {
        let depth = 0;
        const plain = Array.from(text, (c) => {
          if ('([{'.includes(c)) depth++;
          if (')]}'.includes(c)) depth--;
          return depth;
        });
        assert.deepEqual([...bracketDepth(codePoints(text))], plain);
      }),
    );
  });

  it('takes any text, and is linear: 200,000 open brackets and quotation marks', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'([{)]}\'"`/*#<!->\n a') }), (text) => {
        const all = codePoints(text);
        for (const values of [bracketDepth(all), quotations(all), comments(all)])
          assert.equal(values.length, all.length);
        assert.equal(bracketDepth(all).at(-1) ?? 0, 0);
      }),
    );
    const long = codePoints(" '( /*".repeat(40_000));
    const started = performance.now();
    for (const values of [bracketDepth(long), quotations(long), comments(long)])
      assert.ok(values.every((value) => value === 0));
    assert.ok(performance.now() - started < 3000);
  });
});
