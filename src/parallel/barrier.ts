/** The indices of a barrier's words in their shared array. */
const ARRIVED = 0;
const ROUND = 1;
const BROKEN = 2;
export const BARRIER_WORDS = 3;

/** Checks of the round before a thread goes to sleep; the phases of a small model are as short as that. */
const SPINS = 4000;

/** Thrown in waiting threads when another thread has failed. */
export class BrokenBarrier extends Error {
  constructor() {
    super('another worker failed');
    this.name = 'BrokenBarrier';
  }
}

/** A barrier for `size` threads over shared words, initially zero. */
export class Barrier {
  constructor(
    private readonly words: Int32Array,
    private readonly size: number,
  ) {}

  /** Returns once `size` threads have called it; throws `BrokenBarrier` if one never will. */
  wait(): void {
    const { words } = this;
    // The round is read before checking for a break: a break after that check changes the round.
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

  /** Makes all waiting threads, now or later, fail instead of waiting forever. */
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
