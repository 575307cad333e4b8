import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { textOf } from '../../src/errors.js';
import { type ExampleSettings, readExamples } from '../../src/text/example-files.js';
import type { Texts } from '../../src/text/examples.js';
import { digestOf, examplesOf, joined, labelsOf, vocabularyOfExamples } from '../../src/text/raw-examples.js';
import type { Vocabulary } from '../../src/text/vocabulary.js';
import { temporaryFolder } from '../temporary-folder.js';

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
const read = (text: string, task: ExampleSettings['task'], changes: Partial<ExampleSettings> = {}) =>
  readExamples(['-'], { task, encoding: 'utf8', stdin: bytes(text), ...changes });

/** The texts of examples, each with its line feed. */
const textsOf = (texts: Texts | undefined, vocabulary: Vocabulary): string[] | undefined =>
  texts &&
  Array.from(texts.ends, (end, i) =>
    Array.from(texts.tokens.subarray(texts.ends[i - 1] ?? 0, end), (index) => vocabulary.characterOf(index)).join(''),
  );

describe('readExamples', () => {
  const temporary = temporaryFolder();
  after(temporary.remove);

  it('reads labels and texts, in lines or as JSON, with tabs in a text and blank lines between', async () => {
    const raw = await read('b\tx y\n\n{"text": "é\\tz", "label": "a"}\r\nb\tp\tq', 'label');
    const vocabulary = vocabularyOfExamples(raw, 1);
    const labels = labelsOf(raw);
    const examples = examplesOf(raw, vocabulary, labels);
    assert.deepEqual(labels, ['a', 'b']);
    assert.deepEqual([...(examples.labels ?? [])], [1, 0, 1]);
    assert.deepEqual(textsOf(examples.read, vocabulary), ['x y\n', 'é\tz\n', 'p\tq\n']);
    assert.equal(examples.written, undefined);
    const { length } = await read('b\tx y\r\n', 'describe').then(({ written }) => written ?? { length: 0 });
    assert.equal(length, 4, 'without the carriage return');
  });

  it('returns sources and targets as they were written', async () => {
    const side = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 9 })
      .filter((text) => !/[\t\n\r{\ufeff]/.test(text));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(side, side), { minLength: 1, maxLength: 9 }), async (pairs) => {
        const raw = await read(pairs.map((pair) => `${pair.join('\t')}\n`).join(''), 'translate');
        const vocabulary = vocabularyOfExamples(raw, 1);
        const examples = examplesOf(raw, vocabulary, undefined);
        assert.equal(examples.count, pairs.length);
        assert.deepEqual(
          textsOf(examples.read, vocabulary),
          pairs.map(([source]) => `${source}\n`),
        );
        assert.deepEqual(
          textsOf(examples.written, vocabulary),
          pairs.map(([, target]) => `${target}\n`),
        );
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('puts rare characters under the unknown symbol, but never the line feed', async () => {
    const raw = await read('aa\tab\nza\tb\n', 'translate');
    const vocabulary = vocabularyOfExamples(raw, 2);
    assert.deepEqual(vocabulary.record, { codePoints: [10, 97, 98], unknown: true });
    const { read: sources } = examplesOf(raw, vocabulary, undefined);
    assert.deepEqual(textsOf(sources, vocabulary), ['aa\n', '\ufffda\n']);
    const single = vocabularyOfExamples(await read('aaaaaa\taaaa\n', 'translate'), 9);
    assert.deepEqual(single.record, { codePoints: [10, 97], unknown: false });
  });

  it('leaves out characters that a model does not know, unless there is a remedy', async () => {
    const known = vocabularyOfExamples(await read('ab\tc\n', 'translate'), 1);
    const raw = await read('azb\tc\n', 'translate');
    assert.deepEqual(textsOf(examplesOf(raw, known, undefined).read, known), ['ab\n']);
    assert.throws(
      () => examplesOf(raw, known, undefined, 'take it out'),
      /"z" \(U\+007A\) is unknown .*; take it out$/,
    );
  });

  it('truncates by characters, not by halves of them', async () => {
    const notices: string[] = [];
    const settings = {
      truncate: 2,
      onNotice: (message: Parameters<typeof textOf>[0]) => notices.push(textOf(message)),
    };
    const raw = await read('𝒳𝒴𝒵\tab\nab\tabc\n', 'translate', settings);
    const vocabulary = vocabularyOfExamples(raw, 1);
    const { read: sources, written } = examplesOf(raw, vocabulary, undefined);
    assert.deepEqual(textsOf(sources, vocabulary), ['𝒳𝒴\n', 'ab\n']);
    assert.deepEqual(textsOf(written, vocabulary), ['ab\n', 'ab\n']);
    assert.deepEqual(notices, ['2 of 2 texts are longer and were truncated']);
  });

  it('reads films from the folder of the list', async () => {
    const list = join(temporary.folder, 'films.tsv');
    writeFileSync(join(temporary.folder, 'a.csv'), '1,2\n3,4\n5,6\n');
    writeFileSync(join(temporary.folder, 'b.csv'), '7,8\n');
    writeFileSync(list, 'x\ta.csv\ny\tb.csv\n');
    const raw = await readExamples([list], { task: 'label', encoding: 'utf8', areFilms: true });
    const twice = examplesOf(joined(raw, raw), vocabularyOfExamples(raw, 1), labelsOf(raw));
    const { frames, labels, count } = twice;
    assert.deepEqual([count, frames?.width, [...(labels ?? [])]], [4, 2, [0, 1, 0, 1]]);
    assert.deepEqual([...(frames?.ends ?? [])], [3, 4, 7, 8]);
    assert.deepEqual([...(frames?.values ?? [])], [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe('digestOf', () => {
  it('changes with every text, label and boundary between texts', async () => {
    const digests = await Promise.all(
      ['a\txy\nb\tz\n', 'a\tx\nb\tyz\n', 'a\txy\na\tz\n', 'b\txy\na\tz\n', 'a\txy\nc\tz\n', 'a\txx\nb\tz\n'].map(
        async (text) => {
          const raw = await read(`${text}d\txyz\n`, 'label');
          const labels = labelsOf(raw);
          return digestOf(examplesOf(raw, vocabularyOfExamples(raw, 1), labels), labels);
        },
      ),
    );
    assert.equal(new Set(digests).size, digests.length);
  });
});
