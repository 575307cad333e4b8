/** Eight heights of a column. */
const BARS = [...'▁▂▃▄▅▆▇█'];
/** Means that are kept: when so many are there, neighbours become one. */
const KEPT = 128;

/** The course of a number in one line, however long it gets. */
export class Trend {
  private means: number[] = [];
  /** Values to a mean, and those of the mean to come. */
  private width = 1;
  private sum = 0;
  private count = 0;

  add(value: number): void {
    this.sum += value;
    this.count++;
    if (this.count < this.width) return;
    this.means.push(this.sum / this.count);
    this.sum = 0;
    this.count = 0;
    if (this.means.length < KEPT) return;
    const { means } = this;
    this.means = Array.from({ length: KEPT / 2 }, (_, i) => (means[2 * i] + means[2 * i + 1]) / 2);
    this.width *= 2;
  }

  /** At most so many columns, from the first value to the latest. */
  draw(columns: number): string {
    return sparkline(this.means, columns);
  }
}

/** A column for each number, or for each few of them where they are more than fit. */
export function sparkline(values: readonly number[], columns: number): string {
  const length = Math.max(0, Math.min(columns, values.length));
  const means = Array.from({ length }, (_, i) => {
    const part = values.slice(Math.floor((i * values.length) / length), Math.floor(((i + 1) * values.length) / length));
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  const lowest = Math.min(...means);
  const range = Math.max(...means) - lowest;
  return means.map((mean) => BARS[range > 0 ? Math.round(((mean - lowest) / range) * (BARS.length - 1)) : 0]).join('');
}
