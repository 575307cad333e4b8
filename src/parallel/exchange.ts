// Messages that a rank exchanges with others at the same time.

import type { Mpi, Request } from './mpi.js';

/** A piece of memory, perhaps an empty one: of that nothing is sent. */
export interface Piece {
  readonly address: number;
  readonly bytes: number;
}

/** What goes to another rank, and what comes from it. */
export interface Letter {
  readonly rank: number;
  readonly out: Piece;
  readonly in: Piece;
}

export class Exchange {
  private readonly open = new Map<number, Request[]>();

  /** Starts all messages. What is sent and received must stay where it is until they are done. */
  constructor(
    private readonly mpi: Mpi,
    letters: readonly Letter[],
  ) {
    for (const { rank, out, in: incoming } of letters) {
      const requests = [
        ...mpi.receive(rank, incoming.address, incoming.bytes),
        ...mpi.send(rank, out.address, out.bytes),
      ];
      if (requests.length > 0) this.open.set(rank, requests);
    }
  }

  /** Lets messages go on. @returns whether all of them are done */
  advance(): boolean {
    for (const [rank, requests] of this.open) {
      const left = requests.filter((request) => !this.mpi.isDone(request));
      if (left.length === 0) this.open.delete(rank);
      else if (left.length < requests.length) this.open.set(rank, left);
    }
    return this.open.size === 0;
  }

  /** The ranks that have not sent or taken everything yet. */
  get late(): number[] {
    return [...this.open.keys()];
  }
}

/** The ranks other than this one, in an order that spreads the load: first the next one. */
export const others = ({ rank, size }: { readonly rank: number; readonly size: number }): number[] =>
  Array.from({ length: size - 1 }, (_, i) => (rank + i + 1) % size);
