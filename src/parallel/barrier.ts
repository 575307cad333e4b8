/** Where the words of a barrier stand in their shared array. */
const ARRIVED = 0;
const ROUND = 1;
const BROKEN = 2;
export const BARRIER_WORDS = 3;

/** Looks at the round so many times before the thread goes to sleep; phases of a small model are as short as that. */
const SPINS = 4000;

/** Thrown in the threads that wait when another one has failed. */
export class BrokenBarrier extends Error {
  constructor() {
    super('another worker failed');
    this.name = 'BrokenBarrier';
  }
}

/** A barrier for `size` threads over shared words, which are zero at first. */
export class Barrier {
  constructor(
    private readonly words: Int32Array,
    private readonly size: number,
  ) {}

  /** Returns when `size` threads have called it; throws `BrokenBarrier` when one never will. */
  wait(): void {
    const { words } = this;
    // The round is read before the break is looked for: a break that comes behind that look changes the round.
    const round = Atomics.load(words, ROUND);
    this.assertWhole();
    if (Atomics.add(words, ARRIVED, 1) === this.size - 1) {
      Atomics.store(words, ARRIVED, 0);
      this.release();
    } else {
      for (let i = 0; i < SPINS && Atomics.load(words, ROUND) === round; i++);
      while (Atomics.load(words, ROUND) === round) Atomics.wait(words, ROUND, round);
    }
    this.assertWhole();
  }

  /** Lets every thread that waits, now or later, fail instead of waiting for ever. */
  break(): void {
    Atomics.store(this.words, BROKEN, 1);
    this.release();
  }

  private assertWhole(): void {
    if (Atomics.load(this.words, BROKEN) !== 0) throw new BrokenBarrier();
  }

  private release(): void {
    Atomics.add(this.words, ROUND, 1);
    Atomics.notify(this.words, ROUND);
  }
}
