// Training by several processes, as a launcher starts them.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { findLaunchers, processesOf } from '../../bench/ranks/launchers.js';
import { loadCheckpoint } from '../../src/checkpoint/read.js';
import { saveCheckpoint } from '../../src/checkpoint/write.js';
import { end, program, run } from '../cli/program.js';
import { temporaryFolder } from '../temporary-folder.js';

const launchers = findLaunchers();
const [launcher] = launchers;

/** All numbers in the total of a measurement. */
const figuresIn = (json: string): number[] =>
  JSON.stringify(JSON.parse(json).total)
    .match(/-?\d[\d.e-]*/g)
    ?.map(Number) ?? [];

const SOURCE = 'the cat sat on a mat. ';

describe('training by several ranks', () => {
  before(function () {
    writeFileSync(text, Array.from({ length: 3000 }, (_, i) => SOURCE[(i * i + (i >> 3)) % SOURCE.length]).join(''));
    if (launchers.length > 0) return;
    console.log('      no MPI launcher found: nothing of this is tested (Debian: openmpi-bin, mpich)');
    this.skip();
  });
  const { path, remove } = temporaryFolder();
  after(remove);
  const text = path('text.txt');
  const small = ['--layers', '2', '--hidden', '12', '--batch', '7', '--sequence', '10', '--quiet', '--threads', '1'];
  const dropped = ['--dropout', '0.3', '--weight-drop', '0.2', '--ema', '0.9'];
  let names = 0;

  interface Trial {
    readonly ranks: number;
    readonly args: readonly string[];
    readonly use?: typeof launcher;
    readonly corpus?: string;
    readonly input?: string;
  }

  /** Trains, and expects it to end well. @returns the checkpoint and the losses of all steps */
  async function train({ ranks, args, use = launcher, corpus = text, input }: Trial) {
    const [output, log] = [path(`${++names}.json`), path(`${names}.log`)];
    const words = ['train', corpus, '-o', output, '--log', log, '--log-every', '1', ...args];
    const child = ranks > 1 ? use.start(ranks, words) : undefined;
    child?.stdin?.end(input);
    const { code, stderr } = child ? await end(child) : await run(...words);
    assert.equal(code, 0, stderr);
    const events = readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    return { output, stderr, losses: events.filter(({ loss }) => loss !== null).map(({ loss }) => loss as number) };
  }

  const near = (actual: readonly number[], expected: readonly number[]): void => {
    assert.equal(actual.length, expected.length);
    actual.forEach((loss, i) => {
      assert.ok(Math.abs(loss - expected[i]) < 1e-6, `${i}: ${loss}, not ${expected[i]}`);
    });
  };
  const same = (one: string, other: string): void => {
    assert.ok(readFileSync(one).equals(readFileSync(other)), `${one} and ${other}`);
  };

  ['rnn', 'gru'].forEach((cell, i) => {
    it(`has the losses of one rank but for the order of sums (${cell})`, async () => {
      const args = [...small, ...dropped, '--cell', cell, '--steps', '40', '--validate-every', '20'];
      const alone = await train({ ranks: 1, args });
      near((await train({ ranks: 2, args, use: launchers[i % launchers.length] })).losses, alone.losses);
    });
  });

  it('has the same bits with every library, and for any number of threads (lstm)', async () => {
    const args = [...small, ...dropped, '--cell', 'lstm', '--steps', '20', '--validate-every', '10'];
    const alone = await train({ ranks: 1, args });
    const each = [
      ...launchers.map((use) => ({ use, args })),
      { args: args.map((word, i) => (args[i - 1] === '--threads' ? '2' : word)) },
    ];
    const outputs: string[] = [];
    for (const trial of each) {
      const { losses, output } = await train({ ranks: 2, ...trial });
      near(losses, alone.losses);
      outputs.push(output);
    }
    for (const output of outputs.slice(1)) same(output, outputs[0]);
  });

  for (const [task, options] of [
    ['label', []],
    ['describe', ['--dropout-mask', 'free']],
    ['translate', ['--reverse-source', '--accumulate', '2']],
  ] as const) {
    it(`shares out the examples of each batch (${task})`, async () => {
      const corpus = path(`${task}.tsv`);
      const lines = Array.from(
        { length: 60 },
        (_, i) => `${task === 'translate' ? `${i * 7}+${i}` : `l${i % 3}`}\t${i * 8}`,
      );
      writeFileSync(corpus, `${lines.join('\n')}\n`);
      const args = ['--task', task, ...options, '--layers', '1', '--hidden', '12', '--batch', '11', '--quiet'];
      const trial = { corpus, args: [...args, '--dropout', '0.2', '--steps', '30', '--validate-every', '10'] };
      const alone = await train({ ...trial, ranks: 1 });
      near((await train({ ...trial, ranks: 4 })).losses, alone.losses);
    });
  }

  it('resumes to the bytes of an uninterrupted run, and with other ranks but for the order of sums', async () => {
    const args = [...small, ...dropped, '--schedule', 'constant'];
    const whole = await train({ ranks: 2, args: [...args, '--steps', '30'] });
    const first = await train({ ranks: 2, args: [...args, '--steps', '13'] });
    const rest = ['--resume', first.output, '--steps', '30', '--threads', '1'];
    const same2 = await train({ ranks: 2, args: [...rest, '--quiet'] });
    same(same2.output, whole.output);
    assert.equal(same2.stderr, '');
    for (const ranks of [1, 3]) {
      const other = await train({ ranks, args: rest });
      near(other.losses, whole.losses.slice(-other.losses.length));
      assert.match(other.stderr, /trained by 2 ranks so far, by (1 rank|3 ranks) from here on/);
    }
  });

  it('reads standard input for all ranks', async () => {
    const args = [...small, '--steps', '5'];
    const piped = await train({ ranks: 2, args, corpus: '-', input: readFileSync(text, 'utf8') });
    same(piped.output, (await train({ ranks: 2, args })).output);
  });

  it('measures a text, and scores its lines, as one rank does', async () => {
    const { output } = await train({ ranks: 1, args: [...small, '--steps', '3'] });
    const lines = path('lines.txt');
    writeFileSync(lines, readFileSync(text, 'utf8').replaceAll('m', '\n'));
    for (const args of [
      ['eval', output, text, '--json'],
      ['eval', output, text, '--window', '30', '--json'],
      ['eval', output, text, '--dynamic', '--json'],
      ['score', output, lines, '--per-character'],
      ['score', output, lines, '--context', 'stream', '--top', '3'],
    ]) {
      const child = launcher.start(3, args);
      child.stdin?.end();
      const [together, alone] = [await end(child), await run(...args)];
      assert.equal(together.code, 0, together.stderr);
      if (args[0] === 'score') assert.equal(together.stdout, alone.stdout);
      else near(figuresIn(together.stdout), figuresIn(alone.stdout));
    }
  });

  it('stops early on all ranks at once', async () => {
    const args = [...small, '--validate-every', '2', '--patience', '3', '--learning-rate', '0.5', '--clip-norm', '0'];
    const { output } = await train({ ranks: 2, args: [...args, '--optimizer', 'sgd', '--steps', '4000'] });
    assert.ok(((await loadCheckpoint(output)).training?.step ?? 0) < 4000);
  });

  /** Runs what must fail. @returns the lines that charrnn wrote, and the exit code of the launcher */
  async function fails(child: ReturnType<typeof launcher.start>) {
    child.stdin?.end();
    const { code, stderr } = await end(child);
    const lines = stderr.split('\n').filter((line) => /charrnn: |^see charrnn/.test(line));
    return { code, lines };
  }

  it('ends all ranks with one line: a loss that is not finite, too few streams, no such file', async () => {
    const output = path('never.json');
    const base = ['train', text, '-o', output, ...small, '--steps', '50'];
    const { model, vocabulary, parameters } = await loadCheckpoint(
      (await train({ ranks: 1, args: [...small, '--steps', '1'] })).output,
    );
    const huge = parameters.map(({ name, shape, values }) => ({
      ...{ name, shape },
      values: name === 'decoder.W' ? values.map(() => 3e38) : values,
    }));
    await saveCheckpoint(path('huge.json'), { model, vocabulary, parameters: huge });
    const rest = small.slice(small.indexOf('--batch'));
    const diverged = await fails(
      launcher.start(2, ['train', text, '-o', output, '--init-from', path('huge.json'), ...rest]),
    );
    assert.equal(diverged.lines.length, 1, diverged.lines.join('\n'));
    assert.match(diverged.lines[0], /^charrnn: step 1: the (loss|norm of the gradient)/);
    assert.notEqual(diverged.code, 0);
    const narrow = await fails(
      launcher.start(
        2,
        base.map((word, i) => (base[i - 1] === '--batch' ? '1' : word)),
      ),
    );
    assert.match(
      narrow.lines[0],
      /^charrnn: --batch 1: fewer streams than the 2 ranks that share them; give at least 2/,
    );
    assert.equal(narrow.lines.length, 2);
    const missing = await fails(launcher.start(2, ['train', path('none.txt'), '-o', output]));
    assert.deepEqual(missing.lines, [`charrnn: ${path('none.txt')}: no such file`]);
    const mistyped = await fails(launcher.start(2, ['train', text, '--hiden', '3']));
    assert.equal(mistyped.lines[0], 'charrnn: --hiden: unknown option; did you mean --hidden?');
    assert.ok(!existsSync(output));
  });

  /** Words for a launcher: $F is one file on the second rank, and another one on all others. */
  const apart = (own: string, common: string, words: readonly string[]): string[] => {
    const rank = `\${OMPI_COMM_WORLD_RANK:-$PMI_RANK}`;
    const command = [process.execPath, program, ...words].join(' ');
    return ['sh', '-c', `if [ ${rank} = 1 ]; then F=${own}; else F=${common}; fi; exec ${command}`];
  };

  it('names the rank that has another text, or another model, or none', async () => {
    const other = path('other.txt');
    writeFileSync(other, readFileSync(text, 'utf8').slice(1));
    const [one, two] = await Promise.all(
      [1, 2].map((steps) => train({ ranks: 1, args: [...small, '--steps', String(steps)] })),
    );
    const output = path('own.json');
    const end = ['-o', output, '--steps', '5', '--quiet'];
    const has = (what: string): RegExp =>
      new RegExp(`^charrnn: rank 1 \\(.+\\): has another ${what} \\(.{12}…\\) than rank 0 \\(.+\\) \\(.{12}…\\)`);
    const none = path('none.txt');
    for (const [own, common, words, expected] of [
      [other, text, ['train', '$F', ...small, '-o', output, '--steps', '5'], has('corpus')],
      [
        none,
        text,
        ['train', '$F', ...small, '-o', output, '--steps', '5'],
        /^charrnn: rank 1 \(.+\): .*none\.txt: no such file$/,
      ],
      [two.output, one.output, ['train', text, '--init-from', '$F', ...end], has('checkpoint to begin with')],
      [two.output, one.output, ['train', text, '--resume', '$F', ...end], has('checkpoint to begin with')],
      [
        '2',
        '3',
        ['train', text, ...small, '-o', output, '--steps', '5', '--seed', '$F'],
        /has another --seed \(2\) than rank 0 \(.+\) \(3\)/,
      ],
      [two.output, one.output, ['eval', '$F', text], has('checkpoint')],
      [two.output, one.output, ['score', '$F', text], has('checkpoint')],
      [
        other,
        text,
        ['score', one.output, '$F'],
        /^charrnn: rank 1 \(.+\): has other lines; all ranks need the same text$/,
      ],
    ] as const) {
      const { lines, code } = await fails(launcher.launch(2, apart(own, common, words)));
      assert.equal(lines.length, 1, `${words.join(' ')}: ${lines.join('\n')}`);
      assert.match(lines[0], expected);
      assert.notEqual(code, 0);
    }
    assert.ok(!existsSync(output));
  });

  it('says what to install where there is no MPI library', async () => {
    const { lines } = await fails(launcher.start(2, ['train', text, ...small], { CHARRNN_MPI: path('libnone.so') }));
    assert.equal(lines.length, 1, lines.join('\n'));
    assert.match(lines[0], /^charrnn: no MPI library found \(looked for .*libnone.so\); install Open MPI or MPICH/);
  });

  /** Starts a long run, and waits until it has saved. @returns the processes of the ranks */
  async function begun(output: string, more: readonly string[], { ranks = 2, use = launcher } = {}) {
    const endless = ['--steps', '1000000', '--save-every', '5'];
    const ended = end(use.start(ranks, ['train', text, '-o', output, ...small, ...endless, ...more]));
    while (!existsSync(output)) await new Promise((resolve) => setTimeout(resolve, 20));
    const processes = processesOf(output);
    assert.equal(processes.length, ranks);
    return { processes, ended };
  }

  it('ends within seconds when a rank dies, with the last checkpoint whole', async () => {
    const output = path('killed.json');
    const { processes, ended } = await begun(output, []);
    const before = performance.now();
    process.kill(processes[1], 'SIGKILL');
    assert.notEqual((await ended).code, 0);
    assert.ok(performance.now() - before < 10_000);
    assert.ok(((await loadCheckpoint(output)).training?.step ?? 0) >= 5);
  });

  it('names a rank that does not answer, after the time that is set', async () => {
    const output = path('stopped.json');
    const { processes, ended } = await begun(output, ['--rank-timeout', '1'], { ranks: 3 });
    process.kill(processes[2], 'SIGSTOP');
    const { code, stderr } = await ended;
    assert.notEqual(code, 0);
    const lines = stderr.split('\n').filter((line) => line.includes('charrnn: '));
    assert.equal(lines.length, 1, stderr);
    assert.match(lines[0], /^charrnn: (rank \d \(.+\): )?no answer from rank \d \(.+\) for 1 seconds; the run ends/);
    assert.ok(((await loadCheckpoint(output)).training?.step ?? 0) >= 5);
  });

  it('saves and ends everywhere when one rank is interrupted', async () => {
    const output = path('interrupted.json');
    // Open MPI's launcher has an exit code of its own.
    const use = launchers.find(({ name }) => name === 'MPICH') ?? launcher;
    const { processes, ended } = await begun(output, [], { use });
    process.kill(processes[1], 'SIGINT');
    assert.equal((await ended).code, use.name === 'MPICH' ? 130 : 1);
    const { training } = await loadCheckpoint(output);
    assert.equal(training?.ranks, 2);
    assert.ok(!existsSync(`${output}.lock`));
  });
});
