// Other processes that take a lock.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** How many attempts got the lock, and the error messages of the others. */
export interface Taken {
  readonly held: number;
  readonly messages: readonly string[];
}

export interface Taker {
  readonly child: ChildProcess;
  /** Makes this many attempts at once. */
  take(path: string, attempts: number): Promise<Taken>;
  release(): Promise<void>;
}

// On 'end' the process exits without releasing anything explicitly.
const source = `import { lock } from ${JSON.stringify(new URL('../../src/files/lock.js', import.meta.url).href)};
  let locks = [];
  process.on('message', async (message) => {
    if (message === 'end') process.exit();
    if (message === 'release') {
      for (const each of locks) await each.release();
      return process.send('released');
    }
    const { path, attempts } = message;
    const ends = await Promise.allSettled(Array.from({ length: attempts }, () => lock(path)));
    locks = ends.flatMap(({ value }) => value ?? []);
    process.send({ held: locks.length, messages: ends.flatMap(({ reason }) => reason?.message ?? []) });
  });
  process.send('ready');`;

export function takers(count: number): Taker[] {
  return Array.from({ length: count }, () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ready = once(child, 'message');
    const ask = async (message: object | string) => {
      await ready;
      const [answer] = await Promise.all([once(child, 'message'), child.send(message)]);
      return answer[0];
    };
    return {
      child,
      take: (path: string, attempts: number) => ask({ path, attempts }),
      release: () => ask('release'),
    };
  });
}
