// What counting alone achieves: an interpolated character n-gram model with modified Kneser-Ney smoothing (Chen and
// Goodman, 1999), on the same split as `charrnn train`.
//   node build/bench/ngram.js corpus.txt [--order 5] [--validation 0.1]

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** Counts of n-grams of one length; per context their total, and how many kinds follow it once, twice, more often. */
interface Order {
  readonly counts: Map<string, number>;
  readonly totals: Map<string, number>;
  readonly kinds: Map<string, [number, number, number]>;
  readonly discounts: readonly [number, number, number];
}

function orderOf(counts: Map<string, number>): Order {
  const totals = new Map<string, number>();
  const kinds = new Map<string, [number, number, number]>();
  const often = [0, 0, 0, 0, 0];
  for (const [gram, count] of counts) {
    const context = gram.slice(0, -1);
    totals.set(context, (totals.get(context) ?? 0) + count);
    const own = kinds.get(context) ?? [0, 0, 0];
    own[Math.min(count, 3) - 1]++;
    kinds.set(context, own);
    if (count <= 4) often[count]++;
  }
  const [, n1, n2, n3, n4] = often;
  const y = n1 / Math.max(1, n1 + 2 * n2);
  const discount = (k: number, more: number, less: number): number =>
    Math.max(0, k - ((k + 1) * y * more) / Math.max(1, less));
  return { counts, totals, kinds, discounts: [discount(1, n2, n1), discount(2, n3, n2), discount(3, n4, n3)] };
}

/** Orders 1 … n; the lower ones count contexts of an n-gram, not occurrences. Strings have one unit per symbol. */
function learn(text: string, n: number): Order[] {
  const highest = new Map<string, number>();
  for (let i = 0; i + n <= text.length; i++) {
    const gram = text.slice(i, i + n);
    highest.set(gram, (highest.get(gram) ?? 0) + 1);
  }
  const orders = [orderOf(highest)];
  while (orders.length < n) {
    const lower = new Map<string, number>();
    for (const gram of orders[0].counts.keys()) lower.set(gram.slice(1), (lower.get(gram.slice(1)) ?? 0) + 1);
    orders.unshift(orderOf(lower));
  }
  return orders;
}

/** The probability of the last symbol of `gram` after the others, of `V` symbols in all. */
function probability(orders: readonly Order[], gram: string, V: number): number {
  let p = 1 / V;
  orders.forEach(({ counts, totals, kinds, discounts }, i) => {
    const part = gram.slice(gram.length - 1 - i);
    const context = part.slice(0, -1);
    const total = totals.get(context);
    const own = kinds.get(context);
    if (!total || !own) return;
    const count = counts.get(part) ?? 0;
    const discounted = count > 0 ? count - discounts[Math.min(count, 3) - 1] : 0;
    const left = own.reduce((sum, kind, k) => sum + kind * discounts[k], 0);
    p = Math.max(0, discounted) / total + (left / total) * p;
  });
  return p;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { order: { type: 'string', default: '5' }, validation: { type: 'string', default: '0.1' } },
});
for (const path of positionals) {
  const characters = Array.from(readFileSync(path, 'utf8'));
  const symbols = new Map([...new Set(characters)].map((character, i) => [character, String.fromCharCode(0x100 + i)]));
  const text = characters.map((character) => symbols.get(character)).join('');
  const training = Math.floor(text.length * (1 - Number(values.validation)) + 1e-6);
  const n = Number(values.order);
  const orders = learn(text.slice(0, training), n);
  let nats = 0;
  // As in training, the first character held out is only context.
  for (let i = training + 1; i < text.length; i++)
    nats -= Math.log(probability(orders, text.slice(i - n + 1, i + 1), symbols.size));
  const loss = nats / (text.length - training - 1);
  console.log(
    JSON.stringify({
      path,
      order: n,
      validationLoss: Number(loss.toFixed(4)),
      predictions: text.length - training - 1,
    }),
  );
}
