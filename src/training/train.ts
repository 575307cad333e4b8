import { createHash } from 'node:crypto';
import { checkTarget } from '../checkpoint/target.js';
import { checkpointBytes } from '../checkpoint/write.js';
import { line, type Message, option } from '../errors.js';
import { lock } from '../files/lock.js';
import { cleanTemporaries } from '../files/temporary.js';
import { hasBlas } from '../kernels/blas.js';
import { findTarget } from '../kernels/native/processor.js';
import { kebab } from '../options/option.js';
import { trainingValues } from '../options/training-options.js';
import { isFirst } from '../parallel/launcher.js';
import type { Facts } from '../parallel/world.js';
import { Engine } from './engine.js';
import type { FinishedEvent } from './events.js';
import { checkRequest, checkStream, type FollowedRequest, refuseOwnText } from './request.js';
import { Run } from './run.js';
import { type Setup, setUp } from './setup.js';

/**
 * Trains a model on a corpus and saves it. Checks the output path before reading anything, and locks it so that no
 * other run trains to it meanwhile.
 * @throws CharrnnError
 */
export async function train(request: FollowedRequest): Promise<FinishedEvent> {
  checkRequest(request);
  const { output, world } = request;
  let held: Awaited<ReturnType<typeof lock>> | undefined;
  try {
    const prepare = async (): Promise<{ readonly setup: Setup; readonly isStream: boolean }> => {
      if (output === undefined || !isFirst(world)) return { setup: await setUp(request), isStream: false };
      const { isStream } = await checkTarget(output);
      if (isStream) checkStream(output, request);
      held = await lock(output);
      await cleanTemporaries(output);
      const setup = await setUp(request);
      await checkOutput(output, setup, request);
      return { setup, isStream };
    };
    const { setup, isStream } = await (world ? world.agree(prepare, ({ setup }) => factsOf(setup)) : prepare());
    return await runIn(setup, isStream ? { ...request, saveEvery: {} } : request);
  } finally {
    await held?.release();
  }
}

/** What must be the same on all ranks before any of them computes. */
function factsOf({ config, corpus, settings }: Setup): Facts {
  const options = Object.entries(trainingValues(config)).map(([key, value]) => [`--${kebab(key)}`, String(value)]);
  return {
    corpus: corpus.sha256,
    vocabulary: corpus.vocabulary.record.codePoints.join(' '),
    // The two have the same bits.
    'kind of backend': settings.backend === 'wasm' ? 'auto' : settings.backend,
    ...Object.fromEntries(options),
    task: JSON.stringify(config.task),
  };
}

/** Checks the output once the corpus has been read. */
async function checkOutput(output: string, setup: Setup, { onEvent }: FollowedRequest): Promise<void> {
  const { corpus, shape, config } = setup;
  await refuseOwnText(output, corpus.sources);
  const { warning } = await checkTarget(output, checkpointBytes(shape, corpus.vocabulary.record.codePoints, config));
  if (warning !== undefined) onEvent({ event: 'notice', kind: 'warning', message: warning });
}

/** Seconds of a run after which a faster backend is suggested. */
const LONG = 60;

async function runIn(setup: Setup, request: FollowedRequest): Promise<FinishedEvent> {
  const engine = await Engine.start(setup.settings);
  try {
    const run = new Run(request, setup, engine);
    // Ranks that begin with other weights, from a checkpoint that is not the same everywhere, would never agree.
    await request.world?.compare({ 'checkpoint to begin with': digestOf(engine) });
    const finished = await run.complete();
    if (finished.seconds > LONG) suggest(engine.kernels.name, request);
    return finished;
  } finally {
    await engine.close();
  }
}

/** SHA-256 of the weights, the moments and the carried states. */
function digestOf({ layout: { model, optimizer, wholeStates }, kernels }: Engine): string {
  const hash = createHash('sha256');
  const moments = optimizer.moments.map(({ parameters }) => parameters.block);
  for (const x of [model.weights.block, ...moments, ...wholeStates]) hash.update(kernels.read(x));
  return hash.digest('hex');
}

/** Suggests a faster backend, if there is one. */
function suggest(used: string, { onEvent }: FollowedRequest): void {
  const faster = (name: string): Message =>
    line`${option('backend')} ${name} is faster on this machine, with different last digits`;
  if (used === 'native' && findTarget(true)) onEvent({ event: 'notice', kind: 'hint', message: faster('fused') });
  if (used === 'wasm' && hasBlas()) onEvent({ event: 'notice', kind: 'hint', message: faster('blas') });
}
