// The WebAssembly kernels. Compiled by AssemblyScript to build/src/kernels/kernels.wasm; called by ../wasm.ts.
// Addresses are in bytes, counts in elements; all numbers are float32 and all arrays row-major.
// There is no static data and no heap, so any number of threads can share one memory.
export { add, blend, clamp, copy, fillRows, scale, sum, sumOfSquares, sumRows, zero } from './elements';
export { gather, scatterAdd } from './embedding';
export { expAll, logAll, sigmoidAll, tanhAll } from './functions';
export { gruBackward, gruForward } from './gru';
export { crossEntropy } from './loss';
export { lstmBackward, lstmForward } from './lstm';
export { matmul, pack, transpose } from './matmul';
export { adagrad, adam, rmsprop, sgd } from './optimizers';
export { dropout } from './random';
export { rnnBackward } from './rnn';
