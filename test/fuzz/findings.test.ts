// Bugs that fuzzing found, each kept as a test named after what it guards.

import assert from 'node:assert/strict';
import { FloatSink } from '../../src/checkpoint/base64.js';
import { documentPieces } from '../../src/checkpoint/checkpoint-text.js';
import { readCheckpoint } from '../../src/checkpoint/read-stream.js';
import { documentOf } from '../../src/checkpoint/validate.js';
import { declarations } from '../../src/commands/declarations.js';
import { parse } from '../../src/commands/parser.js';
import { givenOf } from '../../src/commands/values.js';
import { CharrnnError } from '../../src/errors.js';
import { nearest } from '../../src/format.js';
import { sample } from '../../src/sampling/sample.js';
import { example } from '../checkpoint/example.js';
import { atOnce } from './bytes.js';

/** The message that refuses a text as a checkpoint. */
async function refusal(text: string): Promise<string> {
  const bytes = Buffer.from(text);
  try {
    await readCheckpoint('m', atOnce(bytes), bytes.length);
  } catch (error) {
    assert.ok(error instanceof CharrnnError, String(error));
    return error.message;
  }
  assert.fail('it was read');
}

const begin = '{"format":"charrnn","version":1,';
const good = [...documentPieces(documentOf(example()))].join('');

describe('a hostile checkpoint', () => {
  it('with many empty arrays allocates no buffer for each', () => {
    const chunk = Buffer.from(`"}${' '.repeat(200_000)}`);
    const before = process.memoryUsage().arrayBuffers;
    const sinks = Array.from({ length: 1000 }, () => new FloatSink('a', undefined, 1e9));
    for (const sink of sinks) assert.equal(sink.write(chunk, 0), 0);
    const grown = process.memoryUsage().arrayBuffers - before;
    assert.ok(sinks.length === 1000 && grown < 1e6, `${grown} bytes`);
  });

  it('with a key as long as a page is refused in one short line, wherever the key is', async () => {
    const key = `x${'\u202e'.repeat(20_000)}`;
    for (const text of [
      `${begin}"model":{"${key}":1,"${key}":2}}`,
      good.replace('"parameters": {', `"parameters": {"${key}": {},`),
      good.replace('"parameters": {', `"parameters": {"${key}": {"data":"?"},`),
      good.replace('"options": {', `"options": {"${key}": 1,`),
    ]) {
      const message = await refusal(text);
      assert.ok(message.length < 600, `${message.length} characters`);
      assert.doesNotMatch(message, /\u202e/);
    }
  });

  it('with weights so large that their products are not finite is read, but refused for sampling', async () => {
    const checkpoint = example(undefined, undefined, (i, name) =>
      name.startsWith('v.') ? 1 : i % 2 === 0 ? 3e38 : -3e38,
    );
    const { parameters } = await readCheckpoint(
      'm',
      atOnce(Buffer.from([...documentPieces(documentOf(checkpoint))].join(''))),
    );
    const text = sample({ ...checkpoint, parameters }, { length: 5, temperature: 1, prime: '', seed: 1 });
    const writing = async (): Promise<void> => {
      for await (const character of text) assert.equal(typeof character, 'string');
    };
    await assert.rejects(
      writing,
      (error) => error instanceof CharrnnError && /^the model's output is/.test(error.message),
    );
  });
});

describe('a hostile command line', () => {
  function refusalOf(...args: string[]): string {
    try {
      const { command, typed } = parse(args, declarations);
      givenOf(command.options, typed);
    } catch (error) {
      if (error instanceof CharrnnError && error.exitCode === 2) return error.message;
      throw error;
    }
    assert.fail(`${args} is accepted`);
  }

  it('does not reach inherited properties', () => {
    for (const name of ['toString', 'constructor', 'hasOwnProperty', '__proto__']) {
      assert.equal(refusalOf('sample', `--${name}=1`, 'a.json'), `--${name}: unknown option`);
    }
  });

  it('does not list the options instead of doing its work', () => {
    const message = '--get-yargs-completions: unknown option';
    assert.equal(refusalOf('train', 'a.txt', '--get-yargs-completions'), message);
  });

  it('does not lose the value of an argument that was typed as an option', () => {
    assert.equal(refusalOf('sample', 'a.json', '--checkpoint=b.json'), '--checkpoint: unknown option');
    assert.equal(refusalOf('train', 'a.txt', '--_'), '--_: unknown option');
  });

  it('of a hundred thousand letters is refused at once', () => {
    const start = performance.now();
    const message = refusalOf('sample', 'a.json', `-n${'x'.repeat(100_000)}`);
    assert.match(message, /^length xxx.*…: not a number; must be at least 0$/);
    assert.ok(message.length < 200);
    assert.match(refusalOf('sample', 'a.json', `-${'x'.repeat(100_000)}`), /^-x: unknown option$/);
    assert.equal(nearest('x'.repeat(100_000), ['seed', 'length']), undefined);
    assert.ok(performance.now() - start < 1000);
  });

  it('that is incomplete is refused in one line', () => {
    assert.equal(
      refusalOf('train'),
      'the corpus is missing; give files, folders, globs in quotes, or - for standard input',
    );
    assert.match(refusalOf('sample', 'a.json', '-n'), /^-n: needs a value/);
  });
});
