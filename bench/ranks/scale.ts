// What more ranks would bring: the cost model of docs/scale.md, checked by a simulation of every message.
//   node build/bench/ranks/scale.js [curves.svg]

import { writeFileSync } from 'node:fs';
import { randomBits, randomKey } from '../../src/random.js';

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
  // The library asks before it sends a long message: a round trip more.
  const parts = 2 * (exchange(gradient / ranks) + 2 * latency);
  const sum = (others * gradient) / ranks / adding;
  return { computing, talking: parts + sum + ROUNDS * exchange(16) };
}

/**
 * A step, message by message, of ranks that are done with their own computing at these times: a rank sends to the next one
 * first, then to the one after it; what it sends and what it receives goes one message at a time.
 * @returns when the last rank has everything
 */
export function simulateStep(work: Work, cluster: Cluster, done: Float64Array): number {
  const ranks = done.length;
  const { bandwidth, latency, overhead, adding } = cluster;
  const exchange = (ready: Float64Array, bytes: number, roundTrips: number): Float64Array => {
    const time = Math.max(bytes / bandwidth, overhead);
    const [out, received] = [Float64Array.from(ready), Float64Array.from(ready)];
    for (let i = 1; i < ranks; i++) {
      for (let rank = 0; rank < ranks; rank++) {
        const to = (rank + i) % ranks;
        // A long message is sent once the receiver has said that it is ready, too.
        const begin = roundTrips > 0 ? Math.max(out[rank], ready[to]) : out[rank];
        out[rank] = begin + time;
        const arrives = out[rank] + latency + (i === 1 ? 2 * roundTrips * latency : 0);
        received[to] = Math.max(received[to] + time, arrives);
      }
    }
    return received;
  };
  const part = work.gradient / ranks;
  const told = exchange(exchange(done, 16, 0), 16, 0);
  const parts = exchange(told, part, 1).map((time) => time + ((ranks - 1) * part) / adding);
  return exchange(parts, part, 1).reduce((last, time) => Math.max(last, time), 0);
}

/** Parameters of a network of two lstm layers and 65 characters. */
const parametersOf = (H: number): number =>
  65 * 4 * H + 4 * H + H * 4 * H + (H * 4 * H + 4 * H + H * 4 * H) + 65 * H + 65;

/** One machine as measured (docs/scale.md): seconds per stream of 50 characters and multiply-add, and per parameter. */
const PER_PRODUCT = 1 / 45e9;
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
  console.log(
    'simulated seconds of a step by those of the model, weak, H 512: as planned; computing up to 10 % longer',
  );
  console.log('| ranks | 1 Gbit/s | 10 Gbit/s | 100 Gbit/s |\n| --- | --- | --- | --- |');
  const work = workOf(512);
  for (const ranks of [2, 8, 32, 128, 512, 1024]) {
    const cells = networks.map(({ cluster }) => {
      const { computing, talking } = stepCost(work, cluster, ranks, STREAMS);
      const ratio = (slower: number): string => {
        const key = randomKey(1, 0, ranks);
        const done = Float64Array.from(
          { length: ranks },
          (_, i) => computing * (1 + (slower * randomBits(key, i)) / 2 ** 32),
        );
        return (simulateStep(work, cluster, done) / (computing + talking)).toFixed(3);
      };
      return `${ratio(0)}; ${ratio(0.1)}`;
    });
    console.log(`| ${ranks} | ${cells.join(' | ')} |`);
  }
}

/** Draws the share of P times the speed that P ranks reach; each curve has its name at its end. */
function curves(): string {
  const colours = ['#0b6fb8', '#d1600a', '#2a8a3a'];
  const x = (i: number): number => 60 + 56 * i;
  const y = (percent: number): number => 380 - 3.3 * percent;
  const all = (['strong', 'weak'] as const).flatMap((kind) =>
    networks.map(({ gigabits, cluster }, i) => {
      const shares = COUNTS.map((ranks) => (100 * speedUp(workOf(512), cluster, ranks, kind)) / ranks);
      const end = shares[shares.length - 1];
      const style = `fill="none" stroke="${colours[i]}" stroke-width="2"${kind === 'strong' ? '' : ' stroke-dasharray="6 4"'}`;
      // Two names that would stand on each other are moved apart.
      const shift = kind === 'weak' ? [4, 10, -2][i] : 4;
      return (
        `<path d="M${shares.map((share, at) => `${x(at)} ${y(share).toFixed(1)}`).join('L')}" ${style}/>` +
        `<text x="${x(10) + 8}" y="${(y(end) + shift).toFixed(1)}" fill="${colours[i]}">${kind}, ${gigabits} Gbit/s</text>`
      );
    }),
  );
  const grid = [0, 20, 40, 60, 80, 100].map(
    (percent) =>
      `<path d="M60 ${y(percent)}H620" stroke="#ddd"/><text x="52" y="${y(percent) + 4}" text-anchor="end">${percent} %</text>`,
  );
  const counts = COUNTS.map((ranks, i) => `<text x="${x(i)}" y="400" text-anchor="middle">${ranks}</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 440" width="760" height="440" role="img" font-family="sans-serif" font-size="13" fill="#333">
<title>Speed per rank</title>
<rect width="760" height="440" fill="#fff"/>
<text x="60" y="26" font-size="16" font-weight="bold">Speed per rank, of that of one machine (lstm 2×512)</text>
${[...grid, ...counts, ...all].join('\n')}
<text x="340" y="426" text-anchor="middle">ranks</text>
</svg>
`;
}

print();
const [path] = process.argv.slice(2);
if (path) writeFileSync(path, curves());
