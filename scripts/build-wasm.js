// Compiles the AssemblyScript kernels to build/src/kernels/: for one memory that all threads share, and, with the same
// code, for the memory of a browser's page.
import { mkdir } from 'node:fs/promises';
import asc from 'assemblyscript/asc';

const folder = 'build/src/kernels';
const shared = ['--enable', 'simd,threads', '--sharedMemory'];
const own = ['--enable', 'simd'];

await mkdir(folder, { recursive: true });
for (const [file, features] of Object.entries({ kernels: shared, 'browser-kernels': own })) {
  const { error, stderr } = await asc.main([
    'src/kernels/assembly/index.ts',
    ...['--outFile', `${folder}/${file}.wasm`],
    ...['--runtime', 'stub', '-O3', '--noAssert', ...features],
    // The host creates the memory.
    ...['--importMemory', '--maximumMemory', '65536', '--initialMemory', '1'],
  ]);
  if (error) {
    process.stderr.write(stderr.toString());
    process.exit(1);
  }
}
