export type Tokens = Uint8Array | Uint16Array | Uint32Array;
export class Streams {
  readonly windows: number;
  private readonly length: number;
  constructor(
    private readonly tokens: Tokens,
    private readonly N: number,
    private readonly T: number,
  ) {
    this.length = Math.floor((tokens.length - 1) / N);
    this.windows = Math.floor(this.length / T);
  }
  fill(window: number, inputs: Int32Array, targets: Int32Array): void {
    const { N, T, tokens } = this;
    for (let n = 0; n < N; n++) {
      const start = n * this.length + window * T;
      for (let t = 0; t < T; t++) {
        inputs[t * N + n] = tokens[start + t];
        targets[t * N + n] = tokens[start + t + 1];
      }
    }
  }
}
