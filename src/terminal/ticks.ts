/**
 * Round numbers, at most `count` and two at least, from `from` to `to`: steps of 1, 2 or 5 times a power of ten.
 * @param smallest least distance of two ticks, 1 for what is counted
 */
export function ticks(from: number, to: number, count: number, smallest = 0): number[] {
  const range = to - from;
  if (!(range > 0)) return [from];
  const power = Math.floor(Math.log10(range / count));
  const distances = [power, power + 1].flatMap((p) => [1, 2, 5].map((digit) => Number(`${digit}e${p}`)));
  const fits = (distance: number): boolean => Math.floor(to / distance) - Math.ceil(from / distance) < count;
  const distance = Math.max(smallest, distances.find(fits) ?? range);
  const first = Math.ceil(from / distance);
  const last = Math.floor(to / distance);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * distance).toPrecision(12)));
}
