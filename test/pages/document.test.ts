import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { contentPolicy, escapedHtml, pageDocument, safeJson } from '../../src/pages/document.js';

/** Any string of UTF-16, with what ends elements, comments and lines more often than chance has it. */
const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '</script>',
        '</SCRIPT ',
        '<script>',
        '<!--',
        '-->',
        ']]>',
        '</style>',
        '</title>',
        '&amp;',
        '"',
        "'",
      ),
      fc.constantFrom('\u2028', '\u2029', '\ud800', '\udfff', '\0', '\u202e', '\u200d'),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

const page = (title: string, data: object): string =>
  [
    ...pageDocument({
      title,
      body: '<main></main>',
      styles: 'p { color: red }',
      program: 'let a = 1;',
      purpose: 'shows',
      data,
    }),
  ].join('');

describe('a page in one file', () => {
  it('keeps any text in its data, and nothing of it becomes markup', () => {
    const empty = page('', { text: '' }).match(/<\/?[a-z!]/gi)?.length;
    fc.assert(
      fc.property(text, text, (title, value) => {
        const made = page(title, { [value]: [value] });
        const [, json] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(made) ?? [];
        assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify({ [value]: [value] })));
        assert.equal(made.match(/<\/?[a-z!]/gi)?.length, empty);
      }),
    );
  });

  it('shows any title as text, without what UTF-8 cannot hold', () => {
    fc.assert(
      fc.property(text, (title) => {
        const escaped = escapedHtml(title);
        assert.doesNotMatch(escaped, /[<>"']|[\0\ud800-\udfff](?![\udc00-\udfff])/u);
        const read = escaped.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code));
        assert.equal(read, title.replace(/[\0\ud800-\udfff]/gu, '\ufffd'));
      }),
    );
  });

  it('has no line separators or control characters in its data', () => {
    const json = safeJson({ a: '\u2028\u2029\u0085\u007f\u0000</script>' });
    assert.equal(json, '{"a":"\\u2028\\u2029\\u0085\\u007f\\u0000\\u003c/script\\u003e"}');
  });

  it('allows its own program and styles by their hashes, and no request', () => {
    const made = page('a', {});
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(made) ?? [];
    const [, styles] = /<style>(.*?)<\/style>/s.exec(made) ?? [];
    const [, program] = /<script>(.*?)<\/script>/s.exec(made) ?? [];
    const hash = (content: string): string => createHash('sha256').update(content).digest('base64');
    assert.match(policy, /^default-src 'none'; /);
    assert.ok(policy.includes(`script-src 'sha256-${hash(program)}';`));
    assert.ok(policy.includes(`style-src 'sha256-${hash(styles)}';`));
    assert.doesNotMatch(policy, /unsafe|connect-src|https?:|\*/);
    const open = contentPolicy({ title: '', body: '', styles: '', program: '', purpose: '', connections: "'self'" });
    assert.match(open, /connect-src 'self'/);
  });

  it('refuses a program or styles that would end their elements', () => {
    const made = (program: string, styles: string): string =>
      [...pageDocument({ title: '', body: '', styles, program, purpose: '', data: {} })].join('');
    assert.throws(() => made('"</Script>"', ''), RangeError);
    assert.throws(() => made('"<!--"', ''), RangeError);
    assert.throws(() => made('', '/* </STYLE> */'), RangeError);
  });
});
