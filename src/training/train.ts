import { checkTarget } from '../checkpoint/target.js';
import { checkpointBytes } from '../checkpoint/write.js';
import { line, type Message, option } from '../errors.js';
import { lock } from '../files/lock.js';
import { cleanTemporaries } from '../files/temporary.js';
import { hasBlas } from '../kernels/blas.js';
import { findTarget } from '../kernels/native/processor.js';
import type { Facts } from '../parallel/world.js';
import { Engine } from './engine.js';
import type { FinishedEvent } from './events.js';
import { checkRequest, checkStream, type FollowedRequest, isFirst, refuseOwnText } from './request.js';
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
      if (output === undefined || !isFirst(request)) return { setup: await setUp(request), isStream: false };
      const { isStream } = await checkTarget(output);
      if (isStream) checkStream(output, request);
      held = await lock(output);
      await cleanTemporaries(output);
      const setup = await setUp(request);
      await checkOutput(output, setup, request);
      return { setup, isStream };
    };
    const { setup, isStream } = world
      ? await world.agree(async () => {
          const result = await prepare();
          return { result, facts: factsOf(result.setup) };
        })
      : await prepare();
    return await runIn(setup, isStream ? { ...request, saveEvery: {} } : request);
  } finally {
    await held?.release();
  }
}

/** What must be the same on all ranks. */
function factsOf({ config, corpus, settings, resumed }: Setup): Facts {
  return {
    corpus: corpus.sha256,
    vocabulary: corpus.vocabulary.record.codePoints.join(' '),
    // The two have the same bits.
    'kind of backend': settings.backend === 'wasm' ? 'auto' : settings.backend,
    'checkpoint to resume': resumed ? `step ${resumed.step}, loss ${resumed.history.at(-1)?.loss}` : 'none',
    options: JSON.stringify(config),
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
