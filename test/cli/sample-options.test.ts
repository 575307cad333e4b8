// The options of `sample`, as a user types them.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { saveCheckpoint } from '../../src/checkpoint/write.js';
import { random } from '../sampling/models.js';
import { temporaryFolder } from '../temporary-folder.js';
import { end, run, start } from './program.js';

describe('charrnn sample writes', () => {
  const { path, remove } = temporaryFolder();
  const model = path('model.json');
  before(() => saveCheckpoint(model, random('\n abcdef')));
  after(remove);

  const seeded = ['sample', model, '--seed', '5'];
  /** The standard output; nothing else may be printed. */
  async function written(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await run(...seeded, ...args);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    return stdout;
  }

  it('as many texts as --count says, each as its own seed yields it', async () => {
    const texts = await written('--count', '3', '--lines', '1');
    const alone = ['5', '6', '7'].map((seed) => run('sample', model, '--lines', '1', '--seed', seed));
    assert.equal(texts, (await Promise.all(alone)).map(({ stdout }) => stdout).join(''));
    assert.equal(texts.split('\n').length, 4);
  });

  it('the same texts with any number of threads', async () => {
    for (const args of [
      ['--count', '70', '-n', '40', '--json'],
      ['--count', '50', '--lines', '1', '--unique', '--stop', 'f'],
    ]) {
      const one = await written(...args, '--threads', '1');
      for (const threads of ['2', '3']) assert.equal(await written(...args, '--threads', threads), one);
    }
  });

  it('a line end after each of several texts, or what --separator or -0 says', async () => {
    const texts = (await written('--count', '2', '-n', '9', '-0')).split('\0');
    assert.deepEqual(
      texts.map((text) => text.length),
      [9, 9, 0],
    );
    const [first, second] = texts;
    assert.equal(
      await written('--count', '2', '-n', '9', '--separator', '==\\n', '--escape'),
      `${first}==\n${second}==\n`,
    );
    assert.equal(
      await written('--count', '2', '-n', '9'),
      [first, second].map((t) => t.replace(/\n?$/, '\n')).join(''),
    );
    assert.equal(await written('-n', '9'), first);
  });

  it('the likeliest characters only with --top-k 1, --top-p 0 or --min-p 1, as with temperature 0', async () => {
    const greedy = await written('-n', '30', '-t', '0');
    for (const option of ['--top-k=1', '--top-p=0', '--min-p=1'])
      assert.equal(await written('-n', '30', option), greedy);
    assert.notEqual(await written('-n', '30'), greedy);
  });

  it('up to the first --stop text, or including it with --keep-stop', async () => {
    const text = await written('-n', '400');
    const at = text.indexOf('b', 20);
    const stop = text.slice(at, at + 3);
    const first = text.indexOf(stop);
    assert.equal(await written('--stop', stop), text.slice(0, first));
    assert.equal(await written('--stop', stop, '--keep-stop'), text.slice(0, first) + stop);
    const sooner = text[4];
    assert.equal(await written('--stop', stop, '--stop', sooner), text.slice(0, text.indexOf(sooner)));
  });

  it('the continuation of a prime from a file, standard input or escapes, without the prime by --no-echo', async () => {
    const expected = await written('-n', '20', '--prime', 'ab\ncd');
    writeFileSync(path('prime.txt'), 'ab\ncd');
    assert.equal(await written('-n', '20', '--prime-file', path('prime.txt')), expected);
    assert.equal(await written('-n', '20', '--escape', '--prime', 'a\\u{62}\\ncd'), expected);
    assert.equal(await written('-n', '20', '--prime', 'ab\ncd', '--no-echo'), expected.slice(5));
    const child = start([...seeded, '-n', '20', '--prime-file', '-']);
    child.stdin?.end('ab\ncd');
    assert.deepEqual(await end(child), { code: 0, stdout: expected, stderr: '' });
  });

  it('the continuation of a prime whose unknown characters are skipped or replaced', async () => {
    const tail = async (...args: string[]) => (await written('-n', '20', '--no-echo', ...args)).toString();
    assert.equal(await tail('--prime', 'aßb', '--unknown', 'skip'), await tail('--prime', 'ab'));
    assert.equal(await tail('--prime', 'aßb', '--unknown', 'replace=c'), await tail('--prime', 'acb'));
  });

  it('no text twice with --unique, and none from the text of --novel', async () => {
    const all = (await written('--count', '200', '-n', '2', '--separator', '|')).split('|').slice(0, -1);
    const different = [...new Set(all)];
    assert.ok(different.length > 8 && different.length < 100, `${different.length} texts`);
    const some = (await written('--count', '8', '-n', '2', '--separator', '|', '--unique')).split('|').slice(0, -1);
    assert.deepEqual(some, different.slice(0, 8));
    const names = ['--count', '5', '--lines', '1', '--unique'];
    const first = await written(...names);
    writeFileSync(path('known.txt'), first);
    const novel = await written(...names, '--novel', path('known.txt'));
    assert.equal(novel.split('\n').filter((line) => line && first.split('\n').includes(line)).length, 0);
    assert.equal(novel.split('\n').length, 6);
  });

  it('one object per text with --json, with the probability of each character', async () => {
    const lines = (await written('--count', '2', '--prime', 'ab', '-n', '6', '--json', '--stop', 'f'))
      .trim()
      .split('\n');
    const plain = await written('--count', '2', '--prime', 'ab', '-n', '6', '--separator', '|', '--stop', 'f');
    const texts = lines.map((line) => JSON.parse(line));
    assert.equal(texts.map(({ prime, text }) => `${prime}${text}|`).join(''), plain);
    for (const [k, { seed, text, characters, end }] of texts.entries()) {
      assert.equal(seed, 5 + k);
      assert.ok(end === 'length' ? text.length === 6 : end === 'stop' && !text.includes('f'));
      assert.equal(characters.map(({ character }: { character: string }) => character).join(''), text);
      for (const { probability } of characters) assert.ok(probability > 0 && probability <= 1);
    }
  });

  it('the likeliest text that a search finds, likelier than the greedy one and the same every time', async () => {
    const args = ['sample', model, '-n', '12', '--json'];
    const logarithm = (line: string): number =>
      JSON.parse(line).characters.reduce((sum: number, c: { probability: number }) => sum + Math.log(c.probability), 0);
    const greedy = await run(...args, '-t', '0', '--seed', '1');
    const best = await run(...args, '--best');
    assert.equal(best.stderr, '');
    assert.equal((await run(...args, '--beam', '16')).stdout, best.stdout);
    assert.ok(logarithm(best.stdout) > logarithm(greedy.stdout));
  });

  it('each character in a colour with --color if colours are on, and otherwise the same text without', async () => {
    const child = start([...seeded, '-n', '40', '--prime', 'ab', '--color'], 'pipe', {
      NO_COLOR: '',
      FORCE_COLOR: '1',
    });
    child.stdin?.end();
    const { stdout } = await end(child);
    assert.ok(stdout.includes('\u001b['));
    const plain = await written('-n', '40', '--prime', 'ab', '--color');
    assert.equal(stripVTControlCharacters(stdout), plain);
    assert.equal(await written('-n', '40', '--prime', 'ab'), plain);
  });

  it('each character at once: the first lines of an endless text reach `head`', async () => {
    const child = start([...seeded, '-n', '1000000000']);
    let text = '';
    for await (const chunk of child.stdout ?? []) {
      text += chunk;
      if (text.split('\n').length > 3) break;
    }
    assert.equal((await end(child)).code, 0);
    assert.equal((await written('-n', '2000')).slice(0, 50), text.slice(0, 50));
  });

  it('a notice when nothing new is left to find', async () => {
    const { code, stderr } = await run(...seeded, '-n', '1', '--count', '50', '--unique');
    assert.equal(code, 0);
    assert.match(stderr, /^8 of 50 texts found in 1,\d\d\d attempts, none in the last 1,000\n$/);
  });
});

describe('charrnn sample refuses', () => {
  const { path, remove } = temporaryFolder();
  const model = path('model.json');
  before(() => saveCheckpoint(model, random('abc')));
  after(remove);

  for (const [args, fault] of [
    [['--beam', '4', '--seed', '1'], '--seed: cannot be combined with --beam; leave one of them out'],
    [['--best', '-t', '0.5'], '--temperature: cannot be combined with --best; leave one of them out'],
    [['-0', '--separator', 'x'], '--separator: cannot be combined with --null; leave one of them out'],
    [['--count', '64', '--threads', '2', '--prime', 'ax'], /^prime: character 2, "x" \(U\+0078\), is not among the 3/],
    [['--keep-stop'], '--keep-stop: needs --stop'],
    [['--stop', ''], '--stop "": is empty; give at least one character'],
    [['--stop', 'ax'], /^--stop ax: "x" \(U\+0078\) is not among the model's 3 characters/],
    [['--lines', '1'], '--lines: the model knows no line feed; give --length or --stop instead'],
    [['--unknown', 'drop'], '--unknown drop: must be error, skip, or replace= and one character, as in replace=?'],
    [['--escape', '--prime', 'a\\q'], /^--prime: .*\\q/],
    [['--novel', '-', '--prime-file', '-'], '-: standard input can be read only once; give a file'],
    [['--top-p', '1.5'], /^--top-p 1\.5: must be .*0.*1/],
  ] as const) {
    it(args.join(' '), async () => {
      const { code, stdout, stderr } = await run('sample', model, ...args);
      const [first] = stderr.replace(/^seed \d+\n/, '').split('\n');
      const said = first.replace(/^charrnn: /, '');
      if (typeof fault === 'string') assert.equal(said, fault);
      else assert.match(said, fault);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    });
  }
  it('and leaves the checkpoint unchanged', () =>
    assert.equal(JSON.parse(readFileSync(model, 'utf8')).model.hidden, 7));
});
