import assert from 'node:assert/strict';
import { CharrnnError } from '../../src/errors.js';
import { sample as sampleCharacters } from '../../src/index.js';
import type { Given } from '../../src/sampling/given.js';
import { piecesOf } from '../../src/sampling/parallel-sample.js';
import { type Piece, wholeTexts } from '../../src/sampling/pieces.js';
import type { SampleOptions } from '../../src/sampling/sample.js';
import { forTask, random } from './models.js';
import { costsOf, greedy, type Origin } from './plain-costs.js';

const labels = ['Dutch', 'Irish', 'Italian'];
const labelled = forTask({ name: 'describe', labels });
const width = 4;
const seeing = forTask({ name: 'describe', features: width });
const values = Float32Array.from({ length: 6 * width }, (_, i) => Math.sin(2.3 * i));
const vectors = { width, values };
const rowAt = (row: number): Float32Array => values.slice(row * width, (row + 1) * width);

interface Request extends Partial<Omit<SampleOptions, 'backend'>> {
  readonly threads?: number;
}

async function texts(checkpoint: typeof labelled, request: Request = {}): Promise<Piece[]> {
  const { threads = 1, count = 1, ...others } = request;
  const defaults = { prime: '', temperature: 1, seed: 5, backend: 'auto' } as const;
  const found: Piece[] = [];
  const pieces = piecesOf(checkpoint, { ...defaults, ...others, threads, count });
  for await (const piece of wholeTexts(pieces)) if (piece.end !== undefined) found.push(piece);
  return found;
}

const nats = (costs: readonly number[]): number => costs.reduce((sum, cost) => sum + cost, 0);

describe('a sample of a describing model', () => {
  const cases: [string, typeof labelled, Given, Origin][] = [
    ...labels.map((given, label): [string, typeof labelled, Given, Origin] => [given, labelled, given, { label }]),
    ['a vector', seeing, { width, values: rowAt(2) }, { vector: rowAt(2) }],
  ];
  for (const [title, checkpoint, given, origin] of cases) {
    it(`begins from what is given, and ends with its line (${title})`, async () => {
      const [{ text, end }] = await texts(checkpoint, { given, temperature: 0 });
      assert.deepEqual([text, end], [`${greedy(checkpoint, origin, 1000)}\n`, 'lines']);
      for (const piece of await texts(checkpoint, { given, count: 5, probabilities: true })) {
        const costs = costsOf(checkpoint, origin, piece.text.slice(0, -1));
        piece.probabilities.forEach((probability, i) => {
          assert.ok(Math.abs(Math.log(probability) + costs[i]) < 1e-4, `${piece.text} ${i}`);
        });
      }
    });
  }

  it('continues a prime, and ends where an option says', async () => {
    const [{ text }] = await texts(labelled, { given: 'Irish', prime: 'cab', temperature: 0, probabilities: true });
    const costs = costsOf(labelled, { label: 1 }, `cab${text.slice(0, -1)}`).slice(3);
    for (const next of 'abc') {
      const other = costsOf(labelled, { label: 1 }, `cab${next}`)[3];
      assert.ok(costs[0] <= other + 1e-6);
    }
    const [short] = await texts(labelled, { given: 'Irish', length: 1, temperature: 0 });
    assert.deepEqual([short.text.length, short.end], [1, short.text === '\n' ? 'lines' : 'length']);
    const long = await texts(labelled, { given: 'Irish', length: 40, lines: 3 });
    assert.equal(long[0].text.match(/\n/g)?.length, 3);
  });

  it('has at most 1000 characters by default', async () => {
    const endless = forTask({ name: 'describe', labels });
    for (const { name, values } of endless.parameters) if (name === 'decoder.b') values[0] = -1000;
    const [{ text, end }] = await texts(endless, { given: 'Irish' });
    assert.deepEqual([text.length, end], [1000, 'length']);
  });

  it('is the likeliest line that a search finds', async () => {
    const [{ text, given }] = await texts(labelled, { given: 'Dutch', beam: 100 });
    const drawn = await texts(labelled, { given: 'Dutch', count: 30 });
    const own = nats(costsOf(labelled, { label: 0 }, text.slice(0, -1)));
    for (const { text } of drawn) assert.ok(nats(costsOf(labelled, { label: 0 }, text.slice(0, -1))) > own - 1e-4);
    assert.equal(given, 'Dutch');
    const each = await texts(seeing, { given: vectors, beam: 3 });
    assert.deepEqual(
      each.map(({ given }) => given),
      [1, 2, 3, 4, 5, 6],
    );
    const [fifth] = await texts(seeing, { given: { width, values: rowAt(4) }, beam: 3 });
    assert.deepEqual({ ...fifth, given: 5 }, each[4]);
  });

  it('has the same bits with any number of threads', async () => {
    const probabilities = true;
    const one = await texts(labelled, { given: 'Irish', count: 70, probabilities });
    assert.deepEqual(await texts(labelled, { given: 'Irish', count: 70, threads: 3, probabilities }), one);
    assert.equal(new Set(one.map(({ given }) => given)).size, 1);
    const rows = await texts(seeing, { given: vectors, count: 11, probabilities });
    assert.deepEqual(await texts(seeing, { given: vectors, count: 11, threads: 3, probabilities }), rows);
    assert.equal(rows.length, 66);
  });

  it('of vectors is written for each in order, and is the one that its vector and seed give alone', async () => {
    const all = await texts(seeing, { given: vectors, count: 2 });
    assert.deepEqual(
      all.map(({ given }) => given),
      [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6],
    );
    for (const [k, piece] of all.entries()) {
      const given = { width, values: rowAt(Math.floor(k / 2)) };
      const [alone] = await texts(seeing, { given, seed: 5 + k });
      assert.deepEqual({ ...alone, given: piece.given }, piece);
    }
  });

  it('can be unique for a label', async () => {
    const found = await texts(labelled, { given: 'Irish', count: 6, unique: true });
    assert.equal(new Set(found.map(({ text }) => text)).size, 6);
  });

  it('is refused when what is given does not suit the model', async () => {
    const refuses = (checkpoint: typeof labelled, request: Request, message: string) =>
      assert.rejects(
        async () => texts(checkpoint, request),
        (error) => error instanceof CharrnnError && error.message === message && error.exitCode === 2,
      );
    const all = 'one of Dutch, Irish, Italian';
    await refuses(labelled, {}, `the model describes labels; give given and ${all}`);
    await refuses(labelled, { given: 'Itlian' }, `given Itlian: must be ${all}; did you mean Italian?`);
    await refuses(labelled, { given: 'Klingon' }, `given Klingon: must be ${all}`);
    await refuses(labelled, { given: vectors }, `given vectors: the model describes labels; give ${all}`);
    const needed = 'vectors of 4 numbers';
    await refuses(seeing, {}, `the model describes vectors; give given and a file with ${needed}`);
    await refuses(seeing, { given: 'Irish' }, `given Irish: the model describes vectors; give ${needed}`);
    const narrow = { width: 3, values };
    await refuses(seeing, { given: narrow }, `given: vectors of 3 numbers, but the model needs ${needed}`);
    const unsuited = 'unique: cannot be combined with vectors of given; leave it out';
    await refuses(seeing, { given: vectors, unique: true }, unsuited);
    const nothing = 'given Irish: the model continues texts and is given nothing; leave it out';
    await refuses(random('\nabc'), { given: 'Irish' }, nothing);
    await refuses(
      forTask({ name: 'translate' }),
      {},
      'the checkpoint: its model translates lines; use charrnn translate or eval',
    );
    await refuses(
      forTask({ name: 'label', labels }),
      {},
      'the checkpoint: its model labels texts; use charrnn label or eval',
    );
  });

  it('is given a label or a vector in the library', async () => {
    const written = async (checkpoint: typeof labelled, given: string | Float32Array): Promise<string> => {
      let text = '';
      for await (const part of sampleCharacters(checkpoint, { given, temperature: 0 })) text += part;
      return text;
    };
    assert.equal(await written(labelled, 'Irish'), `${greedy(labelled, { label: 1 }, 1000)}\n`);
    assert.equal(await written(seeing, rowAt(1)), `${greedy(seeing, { vector: rowAt(1) }, 1000)}\n`);
  });
});
