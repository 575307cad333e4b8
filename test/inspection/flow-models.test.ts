import assert from 'node:assert/strict';
import { gradientFlow } from '../../src/index.js';
import { checkLayer, type FlowModelsRequest, measureFlows } from '../../src/inspection/flow-models.js';
import { example } from '../checkpoint/example.js';

const small = { distance: 5, positions: 4 };

describe('gradientFlow', () => {
  const text = 'a\na😂'.repeat(20);

  it('measures the three cells as training would begin with them, and the same with the same seed', async () => {
    const request = { ...small, text, hidden: 4, layers: 2 };
    const flows = await gradientFlow(request);
    assert.deepEqual(
      flows.map(({ cell, curves }) => [cell, curves.map(({ layer, state }) => `${layer}${state}`).join(' ')]),
      [
        ['rnn', '0h 1h'],
        ['lstm', '0h 0c 1h 1c'],
        ['gru', '0h 1h'],
      ],
    );
    assert.deepEqual(await gradientFlow({ ...request, cell: 'gru' }), [flows[2]]);
    assert.notDeepEqual(await gradientFlow({ ...request, cell: 'gru', seed: 2 }), [flows[2]]);
  });

  it('reads only what a checkpoint knows, or a text that it writes itself', async () => {
    const notices: string[] = [];
    const request = { ...small, checkpoints: [example()], onNotice: (message: string) => notices.push(message) };
    const [given] = await gradientFlow({ ...request, text });
    assert.deepEqual([given.cell, given.layers, given.positions, notices], ['gru', 2, 4, []]);
    const [written] = await gradientFlow(request);
    assert.notDeepEqual(written.curves, given.curves);
    assert.deepEqual(await gradientFlow(request), [written]);
    assert.equal(notices[0], 'checkpoint 1: no text given; reads 10,000 characters that it writes itself');
  });

  it('says which characters it leaves out', async () => {
    const { codePoints } = example().vocabulary;
    const notices: string[] = [];
    const base = example();
    const cut = <T extends { name: string; shape: readonly number[]; values: Float32Array }>(array: T): T => {
      // Without the unknown symbol there is one symbol less, the first.
      const [rows, columns = 1] = array.shape;
      if (array.name === 'layer0.Wx') {
        return { ...array, shape: [rows - 1, columns], values: array.values.slice(columns) };
      }
      if (!array.name.startsWith('decoder')) return array;
      const width = array.shape.length === 1 ? rows : columns;
      const values = array.values.filter((_, i) => i % width > 0);
      return { ...array, shape: array.shape.with(-1, width - 1), values };
    };
    const checkpoint = {
      model: { ...base.model, vocabulary: codePoints.length },
      vocabulary: { codePoints, unknown: false },
      parameters: base.parameters.map(cut),
    };
    const request = { ...small, checkpoints: [checkpoint], onNotice: (message: string) => notices.push(message) };
    const [found] = await gradientFlow({ ...request, text: `Z${text}ZZ` });
    assert.deepEqual(notices, ['checkpoint 1: leaves out 3 of 83 characters that it does not know']);
    assert.deepEqual(await gradientFlow({ ...request, text }), [found]);
  });

  it('refuses values out of range, other tasks and short texts', async () => {
    const usage = (message: string) => ({ name: 'CharrnnError', exitCode: 2, message });
    await assert.rejects(gradientFlow({ distance: 0 }), usage('distance 0: must be from 1 to 10000'));
    const { model, ...rest } = example();
    const labels = { ...rest, model: { ...model, task: { name: 'label', labels: ['a', 'b'] } as const } };
    await assert.rejects(
      gradientFlow({ checkpoints: [labels] }),
      usage('the checkpoint: its model labels texts; use charrnn label or eval'),
    );
    await assert.rejects(
      gradientFlow({ text, distance: 40 }),
      usage('distance 40 needs a text of at least 83 characters, not 80; lower it'),
    );
  });
});

describe('measureFlows', () => {
  it('reads standard input once for several checkpoints, and the stories where nothing is given', async () => {
    const notices: unknown[] = [];
    const request: FlowModelsRequest = {
      ...{ ...small, seed: 1, precision: 'float32', backend: 'wasm', layers: 1, hidden: 4, corpus: ['-'] },
      checkpoints: ['a', 'b'].map((name) => ({ name, checkpoint: example() })),
      stdin: (async function* () {
        yield Buffer.from('a\n'.repeat(50));
      })(),
      onNotice: (message) => notices.push(message),
    };
    const flows = [];
    for await (const { name, ...flow } of measureFlows(request)) flows.push([name, flow]);
    assert.equal(flows.length, 2);
    assert.deepEqual(flows[0][1], flows[1][1]);
    const initial = { ...request, checkpoints: [], corpus: [], cell: 'rnn' } as const;
    for await (const { positions } of measureFlows(initial)) assert.equal(positions, 4);
    assert.match(
      String(notices[0]),
      /^no text given; reads the [\d,]+ characters of the stories that come with charrnn$/,
    );
  });
});

describe('checkLayer', () => {
  it('names the models that lack it', () => {
    const models = [1, 2].map((layers) => ({ name: `${layers}.json`, layers }));
    checkLayer(undefined, models);
    checkLayer(0, models);
    assert.throws(() => checkLayer(1, models), {
      message: 'layer 1: 1.json has only layer 0; give one of them',
      exitCode: 2,
    });
    assert.throws(() => checkLayer(2, models), { message: /1\.json has only layer 0, 2\.json has layers 0 to 1;/ });
  });
});
