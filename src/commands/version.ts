import { auto } from '../kernels/backend.js';
import { findBlas, hasBlas } from '../kernels/blas.js';
import { findProcessor } from '../kernels/native/processor.js';

/** What `charrnn --version --json` prints: the version, and what was found that decides how fast charrnn is. */
export function versionReport(version: string): string {
  const { simd, hasFused } = findProcessor();
  const found = {
    version,
    node: process.versions.node,
    platform: process.platform,
    architecture: process.arch,
    simd,
    auto: auto.uses(),
    fused: simd !== 'none' && hasFused,
    blas: hasBlas() ? findBlas().name : null,
  };
  return JSON.stringify(found, null, 2);
}
