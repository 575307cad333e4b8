// A worker's program for tests.

import type { Team } from '../../src/parallel/team.js';
import { serve } from '../../src/parallel/worker-program.js';

export type TestProcedures = ReturnType<typeof testProgram>;

function testProgram(words: Int32Array, { barrier }: Team) {
  return {
    /** Adds 1 to a shared word, some milliseconds later. */
    count: (milliseconds: number): number => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
      return Atomics.add(words, 0, 1) + 1;
    },
    /** Waits for the other workers, without an end. */
    meet: (_: null): void => {
      for (;;) barrier();
    },
    /** Computes without an end. */
    spin: (_: null): void => {
      Atomics.add(words, 0, 1);
      for (;;);
    },
  };
}

serve(testProgram);
