import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { saveCheckpoint } from '../../src/checkpoint/write.js';
import { example } from '../checkpoint/example.js';
import { temporaryFolder } from '../temporary-folder.js';
import { run } from './program.js';

const small = ['--distance', '6', '--positions', '5'];

describe('charrnn gradflow', () => {
  const { path, write, remove } = temporaryFolder();
  const model = path('model.json');
  const text = write('text.txt', 'a\na😂'.repeat(30));
  before(() => saveCheckpoint(model, example()));
  after(remove);

  it('charts the three cells and shows two tables', async () => {
    const { code, stdout, stderr } = await run('gradflow', text, '--hidden', '8', ...small);
    assert.deepEqual([code, stderr], [0, '']);
    for (const part of [
      / • rnn half-life [\d.]+\n/,
      / ▪ lstm c half-life/,
      /^ +0 +characters back +6$/m,
      /^gradient of one loss by the states before it, mean norm at 5 positions$/m,
      /^model +layer +state +norm at 0 +half-life +later +left at 6$/m,
      /^lstm +1×8 +0 +c /m,
      /^rnn +1×8 +0 +a +[\d.]+$/m,
      /^gru +1×8 +0 +z +[\d.]+ +[\d.]+% +[\d.]+%$/m,
    ]) {
      assert.match(stdout, part);
    }
  });

  it('tells checkpoints from texts, in any order, and writes one object and a picture', async () => {
    const picture = path('flow.svg');
    const { code, stdout, stderr } = await run('gradflow', text, model, model, ...small, '--json', '--svg', picture);
    assert.deepEqual([code, stderr], [0, '']);
    const { flows } = JSON.parse(stdout);
    assert.deepEqual([flows.length, flows[0].name, flows[0].curves[0].norms.length], [2, model, 7]);
    assert.deepEqual(flows[1], flows[0]);
    const svg = readFileSync(picture, 'utf8');
    assert.match(svg, /^<svg .*>characters back<.*<\/svg>\n$/s);
    // The top layer of each of the two.
    assert.equal(svg.match(/model\.json layer 1: half-life/g)?.length, 2);
  });

  it('has a model write its own text, and says so', async () => {
    const { code, stderr } = await run('gradflow', model, ...small, '--json');
    assert.deepEqual(
      [code, stderr],
      [0, `note: ${model}: no text given; reads 10,000 characters that it writes itself\n`],
    );
  });

  it('refuses before it computes anything', async () => {
    const picture = path('none.svg');
    for (const [args, message] of [
      [[model, '--hidden', '3'], `--hidden: ${model} determines the shape; leave it out`],
      [[model, '--layer', '2'], `--layer 2: ${model} has layers 0 to 1; give one of them`],
      [['--json', '--svg', '-'], '--svg -: standard output is for --json; give a file'],
      [[model, '--svg', model], `--svg ${model}: is one of the files to read; give another file`],
      [[text, '--svg', picture], '--distance 100 needs a text of at least 203 characters, not 120; lower it'],
    ] as const) {
      const { code, stdout, stderr } = await run('gradflow', ...args);
      assert.deepEqual([code, stdout, stderr], [2, '', `charrnn: ${message}\nsee charrnn gradflow --help\n`]);
    }
    assert.ok(!existsSync(picture));
  });
});
