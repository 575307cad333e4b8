/** What machine code is generated for. */
export interface Target {
  /** Bits of a vector: 256 with AVX2, 512 with AVX-512. */
  readonly length: 256 | 512;
  /** Whether a product is added in one instruction, rounded once: other last bits than WebAssembly has. */
  readonly fused: boolean;
}

/** Columns that packed weights hold side by side. */
export const PANEL = 16;
/** Bytes of a row of a panel. */
export const PANEL_BYTES = 4 * PANEL;
