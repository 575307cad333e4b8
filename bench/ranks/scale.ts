// What more ranks would bring: the cost model of docs/scale.md, checked by a simulation of every message.
//   node build/bench/ranks/scale.js

/** A network and the machines on it. */
export interface Cluster {
  /** Bytes per second that a machine sends, and receives at the same time. */
  readonly bandwidth: number;
  /** Seconds from a message's last byte sent to its last byte received. */
  readonly latency: number;
  /** Seconds that a rank is busy with each message. */
  readonly overhead: number;
  /** Bytes per second that a rank adds up. */
  readonly adding: number;
}

/** A step of training as one rank takes it. */
export interface Work {
  /** Bytes of the gradient. */
  readonly gradient: number;
  /** Seconds of a step that do not depend on the number of streams: weights packed and updated, the norm. */
  readonly fixed: number;
  /** Seconds for each stream. */
  readonly perStream: number;
}

/** Rounds of short messages in a step: what happens next, and the loss. */
const ROUNDS = 2;

export interface StepCost {
  readonly computing: number;
  readonly talking: number;
}

/** The cost model: seconds of a step of so many ranks with so many streams each. */
export function stepCost(
  { gradient, fixed, perStream }: Work,
  cluster: Cluster,
  ranks: number,
  streams: number,
): StepCost {
  const computing = fixed + perStream * streams;
  if (ranks === 1) return { computing, talking: 0 };
  const { bandwidth, latency, overhead, adding } = cluster;
  const others = ranks - 1;
  const exchange = (bytes: number): number => others * Math.max(bytes / bandwidth, overhead) + latency;
  const parts = 2 * exchange(gradient / ranks);
  const sum = (others * gradient) / ranks / adding;
  return { computing, talking: parts + sum + ROUNDS * exchange(16) };
}

/**
 * The same exchange, message by message: a rank sends to the next one first, then to the one after it; what it sends and
 * what it receives goes one message at a time.
 */
export function simulateExchange(ranks: number, bytes: number, { bandwidth, latency, overhead }: Cluster): number {
  const time = Math.max(bytes / bandwidth, overhead);
  const received = new Float64Array(ranks);
  let last = 0;
  for (let i = 1; i < ranks; i++) {
    for (let rank = 0; rank < ranks; rank++) {
      const to = (rank + i) % ranks;
      const arrives = i * time + latency;
      received[to] = Math.max(received[to] + time, arrives);
      last = Math.max(last, received[to]);
    }
  }
  return last;
}

/** Parameters of a network of two lstm layers and 65 characters. */
const parametersOf = (H: number): number =>
  65 * 4 * H + 4 * H + H * 4 * H + (H * 4 * H + 4 * H + H * 4 * H) + 65 * H + 65;

/** One machine as measured (docs/scale.md): seconds per stream of 50 characters and multiply-add, and per parameter. */
const PER_PRODUCT = 1 / 29e9;
const PER_PARAMETER = 3.2e-9;
const LENGTH = 50;

export function workOf(H: number): Work {
  const parameters = parametersOf(H);
  return {
    gradient: 4 * parameters,
    fixed: PER_PARAMETER * parameters,
    perStream: 3 * LENGTH * parameters * PER_PRODUCT,
  };
}

const networks = [1, 10, 100].map((gigabits) => ({
  gigabits,
  cluster: { bandwidth: (gigabits * 1e9) / 8, latency: 50e-6, overhead: 2e-6, adding: 5e9 } satisfies Cluster,
}));
const COUNTS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
const STREAMS = 50;
const STRONG = 1024;

/** How many times faster than one rank: with the same batch, or with a batch that grows with the ranks. */
function speedUp(work: Work, cluster: Cluster, ranks: number, kind: 'strong' | 'weak'): number {
  const sum = ({ computing, talking }: StepCost): number => computing + talking;
  const alone = sum(stepCost(work, cluster, 1, kind === 'strong' ? STRONG : STREAMS));
  const together = sum(stepCost(work, cluster, ranks, kind === 'strong' ? STRONG / ranks : STREAMS));
  return kind === 'strong' ? alone / together : (ranks * alone) / together;
}

function print(): void {
  for (const kind of ['strong', 'weak'] as const) {
    console.log(kind === 'strong' ? `strong: a batch of ${STRONG} streams` : `weak: ${STREAMS} streams for each rank`);
    console.log(`| H | Gbit/s | ${COUNTS.join(' | ')} |`);
    console.log(`| --- | --- | ${COUNTS.map(() => '---').join(' | ')} |`);
    for (const H of [512, 2048]) {
      for (const { gigabits, cluster } of networks) {
        const all = COUNTS.map((ranks) => speedUp(workOf(H), cluster, ranks, kind));
        console.log(`| ${H} | ${gigabits} | ${all.map((times) => times.toPrecision(3)).join(' | ')} |`);
      }
    }
  }
  const [{ cluster }] = networks;
  let worst = 0;
  for (const ranks of COUNTS.slice(1)) {
    const bytes = workOf(512).gradient / ranks;
    const predicted = (ranks - 1) * Math.max(bytes / cluster.bandwidth, cluster.overhead) + cluster.latency;
    worst = Math.max(worst, Math.abs(simulateExchange(ranks, bytes, cluster) / predicted - 1));
  }
  console.log(`the model and the simulation of every message differ by ${(100 * worst).toFixed(2)} % at most`);
}

if (process.argv[1]?.endsWith('scale.js')) print();
