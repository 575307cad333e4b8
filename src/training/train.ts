import { checkTarget } from '../checkpoint/target.js';
import { checkpointBytes } from '../checkpoint/write.js';
import { line, type Message, option } from '../errors.js';
import { lock } from '../files/lock.js';
import { cleanTemporaries } from '../files/temporary.js';
import { hasBlas } from '../kernels/blas.js';
import { findTarget } from '../kernels/native/processor.js';
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
  const { output } = request;
  if (output === undefined) return runIn(await setUp(request), request);
  const { isStream } = await checkTarget(output);
  if (isStream) checkStream(output, request);
  const held = await lock(output);
  try {
    await cleanTemporaries(output);
    const setup = await setUp(request);
    await checkOutput(output, setup, request);
    return await runIn(setup, isStream ? { ...request, saveEvery: {} } : request);
  } finally {
    await held.release();
  }
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
    const finished = await new Run(request, setup, engine).complete();
    if (finished.seconds > LONG) suggest(engine.kernels.name, request);
    return finished;
  } finally {
    await engine.close();
  }
}

/** Suggests a faster backend, if there is one. */
function suggest(used: string, { onEvent }: FollowedRequest): void {
  const faster = (name: string): Message =>
    line`${option('backend')} ${name} is faster on this machine, with different last digits`;
  if (used === 'native' && findTarget(true)) onEvent({ event: 'notice', kind: 'hint', message: faster('fused') });
  if (used === 'wasm' && hasBlas()) onEvent({ event: 'notice', kind: 'hint', message: faster('blas') });
}
