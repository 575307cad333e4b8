/** Eight heights of a column. */
const BARS = [...'▁▂▃▄▅▆▇█'];
/** Number of means at which neighbouring means are merged. */
const KEPT = 128;

/** Records a number over time in bounded memory, and draws it in one line. */
export class Trend {
  private means: number[] = [];
  /** Values per mean; `sum` and `count` belong to the next mean. */
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

  /** The means so far, from the first to the latest; one of the values themselves if there are few. */
  get values(): readonly number[] {
    const { means, sum, count } = this;
    return count > 0 ? [...means, sum / count] : means;
  }

  /** Draws the values from the first to the latest in at most so many columns. */
  draw(columns: number): string {
    return sparkline(this.means, columns);
  }
}

/** Draws one column per value, or per group of values when there are too many. */
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
