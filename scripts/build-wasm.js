// Compiles the AssemblyScript kernels to build/src/kernels/kernels.wasm.
import { mkdir } from 'node:fs/promises';
import asc from 'assemblyscript/asc';

const folder = 'build/src/kernels';
await mkdir(folder, { recursive: true });
const { error, stderr } = await asc.main([
  'src/kernels/assembly/index.ts',
  ...['--outFile', `${folder}/kernels.wasm`],
  ...['--runtime', 'stub', '-O3', '--noAssert', '--enable', 'simd,threads'],
  // One memory, created by the host and shared by all threads.
  ...['--importMemory', '--sharedMemory', '--maximumMemory', '65536', '--initialMemory', '1'],
]);
if (error) {
  process.stderr.write(stderr.toString());
  process.exit(1);
}
