import { exp } from '../mathematics.js';
import type { Vocabulary } from '../text/vocabulary.js';
import { Chooser } from './choose.js';
import { type Character, type Ending, nothingYet, type Piece, Progress } from './pieces.js';
import type { Start } from './prime.js';
import type { Sampler } from './sampler.js';

/** A partial or complete text in the search. */
interface Hypothesis {
  /** ln of its probability, including its stop text. */
  readonly score: number;
  readonly progress: Progress;
  readonly symbol: number;
  /** The sampler's text in which everything before `symbol` was read. */
  readonly from: number;
  /** The characters that `symbol` settled, and the hypothesis that this one extends. */
  readonly sure: readonly Character[];
  readonly before: Hypothesis | undefined;
}

/** A hypothesis and a possible next symbol. */
interface Candidate {
  readonly score: number;
  readonly from: number;
  readonly symbol: number;
  readonly logProbability: number;
}

/**
 * Finds a likely text by beam search: after each character only the likeliest texts are kept, as many as the sampler
 * reads in parallel. Ties go to the first. Nothing is drawn at random; the result depends only on the model.
 *
 * @returns empty pieces, then the whole text as the last piece
 */
export function* searchText(sampler: Sampler, start: Start, vocabulary: Vocabulary, ending: Ending): Generator<Piece> {
  const V = vocabulary.size;
  const chooser = new Chooser(V, { temperature: 1 });
  let best: Hypothesis | undefined;
  let live: Hypothesis[] = [
    { score: 0, progress: new Progress(ending), symbol: -1, from: 0, sure: [], before: undefined },
  ];
  for (let n = 0; n < sampler.texts; n++) sampler.recall(n, start.memory);
  if (live[0].progress.end) best = live[0];

  // A text never gets likelier as it grows.
  while (live.length > 0 && !(best && best.score >= live[0].score)) {
    const found: Candidate[] = [];
    live.forEach(({ score, symbol }, n) => {
      const logits = symbol < 0 ? start.logits : sampler.next.subarray(n * V, (n + 1) * V);
      chooser.logProbabilities(logits).forEach((logProbability, next) => {
        insert(found, { score: score + logProbability, from: n, symbol: next, logProbability }, sampler.texts);
      });
    });
    const next = found.map((candidate) => continued(live[candidate.from], candidate, vocabulary));
    for (const ended of next) if (ended.progress.end && !(best && best.score >= ended.score)) best = ended;
    live = next.filter(({ progress }) => !progress.end);
    sampler.rearrange(live.map(({ from }) => from));
    sampler.feed(Int32Array.from({ length: sampler.texts }, (_, n) => live[n]?.symbol ?? 0));
    yield nothingYet;
  }
  if (best) yield pieceOf(best);
}

/** Keeps the best candidates, in order; ties go to the earliest. */
export function insert<T extends { readonly score: number }>(found: T[], candidate: T, most: number): void {
  if (found.length === most && found[most - 1].score >= candidate.score) return;
  let at = found.length;
  while (at > 0 && found[at - 1].score < candidate.score) at--;
  found.splice(at, 0, candidate);
  if (found.length > most) found.pop();
}

function continued(before: Hypothesis, candidate: Candidate, vocabulary: Vocabulary): Hypothesis {
  const { score, from, symbol, logProbability } = candidate;
  const progress = before.progress.copy();
  const sure = progress.add({ text: vocabulary.characterOf(symbol), probability: exp(logProbability) });
  return { score, from, symbol, progress, sure, before };
}

function pieceOf(last: Hypothesis): Piece {
  const parts: (readonly Character[])[] = [];
  for (let one: Hypothesis | undefined = last; one; one = one.before) parts.push(one.sure);
  const characters = parts.reverse().flat();
  return {
    text: characters.map(({ text }) => text).join(''),
    probabilities: characters.map(({ probability }) => probability),
    end: last.progress.end,
  };
}
