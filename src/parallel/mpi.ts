// The system's MPI library, through koffi. Only messages between two ranks are used: no arithmetic is left to it, so that
// sums have the same bits with every library. Open MPI names its constants by addresses, MPICH and its heirs by numbers,
// and the binary interface of MPI 5 by other numbers.

import { CharrnnError } from '../errors.js';
import { type Koffi, koffi, type Library } from '../kernels/koffi.js';

/** How a library writes down what its functions take. */
interface Interface {
  readonly name: 'Open MPI' | 'MPICH' | 'MPI ABI';
  /** The C type of a handle. */
  readonly handle: 'int' | 'uintptr_t';
  readonly world: number;
  readonly byte: number;
  readonly errorsReturn: number;
  readonly ignoredStatus: number;
}

/** MPICH and Intel MPI, whose numbers are the same (the MPICH ABI initiative). */
const mpich: Interface = {
  ...{ name: 'MPICH', handle: 'int', world: 0x44000000, byte: 0x4c00010d, errorsReturn: 0x54000001 },
  ignoredStatus: 1,
};
/** The standard's chapter 20. */
const abi: Interface = {
  ...{ name: 'MPI ABI', handle: 'uintptr_t', world: 0x101, byte: 0x247, errorsReturn: 0x143 },
  ignoredStatus: 0,
};

/**
 * Settings of the libraries below MPI that this process needs, unless the user has others. UCX (below MPICH, and below
 * Open MPI on some networks) would follow every change of the process's memory, and loses parts of the heap while V8's
 * threads change it, too. Open MPI would report V8's own use of signals as crashes.
 */
const settings = { UCX_MEM_EVENTS: 'n', OMPI_MCA_opal_signal: '6' };

const SERIALIZED = 2;
const TAG = 0;
/** Bytes of a message at most; a larger one is cut, because MPI counts with 32 bits. */
const LONGEST = 2 ** 30;
/** Room for messages under way. */
const SLOTS = 8192;
const SLOT_BYTES = 8;
const STRING_BYTES = 8192;

/** A message under way. */
export type Request = number;

/** The library as one thread calls it. One thread at a time may do so. */
export class Mpi {
  private readonly slots = new BigInt64Array(SLOTS);
  private readonly free: number[] = Array.from({ length: SLOTS }, (_, i) => SLOTS - 1 - i);
  private readonly slotAddress: number;
  private readonly answer = new Int32Array(64);
  private readonly answerAddress: number;
  private readonly functions: ReturnType<typeof functionsOf>;

  private constructor(
    /** Its name or path. */
    readonly name: string,
    loaded: Library,
    native: Koffi,
    private readonly own: Interface,
  ) {
    this.functions = functionsOf(loaded, own.handle);
    this.slotAddress = Number(native.address(this.slots));
    this.answerAddress = Number(native.address(this.answer));
  }

  /** Loads the first of some libraries that there is. @throws CharrnnError that says what to install */
  static load(names: readonly string[]): Mpi {
    const native = loadKoffi();
    for (const [name, value] of Object.entries(settings)) process.env[name] ??= value;
    for (const name of names) {
      let library: Library;
      try {
        // Open MPI's own plugins look for its functions among those of the whole process.
        library = native.load(name, { global: true });
      } catch {
        continue;
      }
      return new Mpi(name, library, native, interfaceOf(name, library, native));
    }
    const install = 'install Open MPI or MPICH (Debian: libopenmpi3 or libmpich12), or set CHARRNN_MPI to its path';
    throw new CharrnnError(`no MPI library found (looked for ${names.join(', ')}); ${install}`);
  }

  /** Starts MPI; once in each process. */
  start(): void {
    const { functions, own } = this;
    this.check('MPI_Init_thread', functions.init(0, 0, SERIALIZED, this.answerAddress));
    if (this.answer[0] < SERIALIZED) {
      throw new CharrnnError(`${this.name}: built without threads, which charrnn has; use another MPI library`);
    }
    this.check('MPI_Comm_set_errhandler', functions.setErrorHandler(own.world, own.errorsReturn));
  }

  /** This process's number, and how many there are. */
  place(): { readonly rank: number; readonly size: number } {
    const { functions, own, answer, answerAddress } = this;
    this.check('MPI_Comm_rank', functions.rank(own.world, answerAddress));
    const [rank] = answer;
    this.check('MPI_Comm_size', functions.size(own.world, answerAddress));
    return { rank, size: answer[0] };
  }

  /** Starts to send bytes from an address, which must stay as they are until it is done. */
  send(to: number, address: number, bytes: number): Request[] {
    return this.post('MPI_Isend', this.functions.send, to, address, bytes);
  }

  /** Starts to receive bytes at an address. */
  receive(from: number, address: number, bytes: number): Request[] {
    return this.post('MPI_Irecv', this.functions.receive, from, address, bytes);
  }

  /** Whether a message has been sent or received; true only once, and not to be asked again then. */
  isDone(request: Request): boolean {
    const { functions, own, answer, answerAddress, slotAddress } = this;
    this.check('MPI_Test', functions.test(slotAddress + SLOT_BYTES * request, answerAddress, own.ignoredStatus));
    if (answer[0] === 0) return false;
    this.free.push(request);
    return true;
  }

  /** Ends all ranks at once. */
  abort(code: number): void {
    this.functions.abort(this.own.world, code);
  }

  /** Ends MPI; every rank must call it. */
  finish(): void {
    this.functions.finalize();
  }

  private post(
    name: string,
    start: (...values: number[]) => number,
    rank: number,
    address: number,
    bytes: number,
  ): Request[] {
    const { own, slotAddress } = this;
    const requests: Request[] = [];
    for (let at = 0; at < bytes; at += LONGEST) {
      const slot = this.free.pop();
      if (slot === undefined) throw new CharrnnError(`more than ${SLOTS} messages under way; start fewer ranks`);
      const length = Math.min(LONGEST, bytes - at);
      const place = slotAddress + SLOT_BYTES * slot;
      this.check(name, start(address + at, length, own.byte, rank, TAG, own.world, place));
      requests.push(slot);
    }
    return requests;
  }

  private check(name: string, code: number): void {
    if (code === 0) return;
    const text = Buffer.alloc(STRING_BYTES);
    this.functions.errorString(code, text, this.answerAddress);
    const words = text.toString('latin1', 0, this.answer[0]).replace(/\s+/g, ' ');
    throw new CharrnnError(`${name}: ${words || `error ${code}`}`);
  }
}

function loadKoffi(): Koffi {
  try {
    return koffi();
  } catch {
    throw new CharrnnError('several ranks need the optional package koffi; install it with: npm install koffi');
  }
}

/** Tells libraries apart by what they have: Open MPI by its symbols, the binary interface of MPI 5 by its answer. */
function interfaceOf(name: string, library: Library, native: Koffi): Interface {
  const address = (symbol: string): number => Number(native.address(library.symbol(symbol, 'void')));
  if (has(() => library.symbol('ompi_mpi_comm_world', 'void'))) {
    return {
      ...{ name: 'Open MPI', handle: 'uintptr_t', world: address('ompi_mpi_comm_world') },
      byte: address('ompi_mpi_byte'),
      errorsReturn: address('ompi_mpi_errors_return'),
      ignoredStatus: 0,
    };
  }
  if (name.includes('mpi_abi') || has(() => library.func('int MPI_Abi_get_version(int *, int *)'))) {
    const version = new Int32Array(16);
    const minor = version.subarray(8);
    library.func('int MPI_Abi_get_version(int *, int *)')(version, minor);
    if (version[0] >= 1) return abi;
  }
  return mpich;
}

function has(find: () => unknown): boolean {
  try {
    find();
    return true;
  } catch {
    return false;
  }
}

function functionsOf(library: Library, handle: Interface['handle']) {
  const message = `(uintptr_t, int, ${handle}, int, int, ${handle}, uintptr_t)`;
  return {
    init: library.func('int MPI_Init_thread(uintptr_t, uintptr_t, int, uintptr_t)'),
    setErrorHandler: library.func(`int MPI_Comm_set_errhandler(${handle}, ${handle})`),
    rank: library.func(`int MPI_Comm_rank(${handle}, uintptr_t)`),
    size: library.func(`int MPI_Comm_size(${handle}, uintptr_t)`),
    send: library.func(`int MPI_Isend${message}`),
    receive: library.func(`int MPI_Irecv${message}`),
    test: library.func('int MPI_Test(uintptr_t, uintptr_t, uintptr_t)'),
    abort: library.func(`int MPI_Abort(${handle}, int)`),
    finalize: library.func('int MPI_Finalize()'),
    errorString: library.func('int MPI_Error_string(int, uint8_t *, uintptr_t)'),
  };
}
