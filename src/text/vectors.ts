/** Vectors, one in each row. */
export interface Vectors {
  readonly count: number;
  readonly width: number;
  /** (count, width), row-major, in shared memory. */
  readonly values: Float32Array;
}

export async function readVectors(path: string): Promise<Vectors> {
  throw new RangeError(path);
}
