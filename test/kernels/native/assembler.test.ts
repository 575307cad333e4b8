import assert from 'node:assert/strict';
import { Assembler } from '../../../src/kernels/native/assembler.js';
import {
  R8,
  R9,
  R10,
  R11,
  R12,
  R13,
  R14,
  R15,
  RAX,
  RBP,
  RBX,
  RCX,
  RDI,
  RDX,
  RSI,
  RSP,
} from '../../../src/kernels/native/encoding.js';

// Each line as the GNU assembler reads it (.intel_syntax noprefix), and the bytes that it makes of it (as, objdump -d).
const encodings: readonly (readonly [line: string, bytes: string, emit: (a: Assembler) => void])[] = [
  ['mov rax, rbx', '48 89 d8', (a) => a.move(RAX, RBX)],
  ['mov r9, r14', '4d 89 f1', (a) => a.move(R9, R14)],
  ['mov rcx, -5', '48 c7 c1 fb ff ff ff', (a) => a.moveConstant(RCX, -5)],
  ['mov r11, 1000000', '49 c7 c3 40 42 0f 00', (a) => a.moveConstant(R11, 1_000_000)],
  ['mov rax, [rdi]', '48 8b 07', (a) => a.load(RAX, { base: RDI })],
  ['mov r10, [rsp+8]', '4c 8b 54 24 08', (a) => a.load(R10, { base: RSP, displacement: 8 })],
  ['mov rbx, [r13]', '49 8b 5d 00', (a) => a.load(RBX, { base: R13 })],
  [
    'mov rbx, [r12+r15*8+1024]',
    '4b 8b 9c fc 00 04 00 00',
    (a) => a.load(RBX, { base: R12, index: R15, scale: 8, displacement: 1024 }),
  ],
  ['movsxd r8, dword ptr [rsi+rcx*4]', '4c 63 04 8e', (a) => a.loadInt(R8, { base: RSI, index: RCX, scale: 4 })],
  ['mov [rsp-16], rax', '48 89 44 24 f0', (a) => a.store({ base: RSP, displacement: -16 }, RAX)],
  [
    'lea rdx, [rax+r9*4+64]',
    '4a 8d 54 88 40',
    (a) => a.address(RDX, { base: RAX, index: R9, scale: 4, displacement: 64 }),
  ],
  ['lea r14, [rbp+rcx*1]', '4c 8d 74 0d 00', (a) => a.address(R14, { base: RBP, index: RCX })],
  ['add rax, rcx', '48 01 c8', (a) => a.add(RAX, RCX)],
  ['sub r12, rbx', '49 29 dc', (a) => a.subtract(R12, RBX)],
  ['add r9, 64', '49 83 c1 40', (a) => a.addConstant(R9, 64)],
  ['add rdx, 4096', '48 81 c2 00 10 00 00', (a) => a.addConstant(RDX, 4096)],
  ['sub rsp, 128', '48 81 ec 80 00 00 00', (a) => a.subtractConstant(RSP, 128)],
  ['cmp r13, 16', '49 83 fd 10', (a) => a.compareConstant(R13, 16)],
  ['cmp rcx, 1000', '48 81 f9 e8 03 00 00', (a) => a.compareConstant(RCX, 1000)],
  ['test r11, r11', '4d 85 db', (a) => a.test(R11)],
  ['imul rbx, r9', '49 0f af d9', (a) => a.multiply(RBX, R9)],
  ['imul r9, rbx', '4c 0f af cb', (a) => a.multiply(R9, RBX)],
  ['shl rsi, 2', '48 c1 e6 02', (a) => a.shiftLeft(RSI, 2)],
  ['push rbx', '53', (a) => a.push(RBX)],
  ['push r12', '41 54', (a) => a.push(R12)],
  ['pop rbp', '5d', (a) => a.pop(RBP)],
  ['pop r15', '41 5f', (a) => a.pop(R15)],
  ['ret', 'c3', (a) => a.return()],
  ['jmp rax', 'ff e0', (a) => a.jumpTo(RAX)],
  ['jmp r11', '41 ff e3', (a) => a.jumpTo(R11)],
  ['vzeroupper', 'c5 f8 77', (a) => a.zeroUpper()],
  ['vaddps ymm1, ymm2, ymm3', 'c5 ec 58 cb', (a) => a.vector('addps', 256, 1, 2, 3)],
  ['vaddps ymm9, ymm10, ymm3', 'c5 2c 58 cb', (a) => a.vector('addps', 256, 9, 10, 3)],
  ['vaddps ymm1, ymm2, ymm11', 'c4 c1 6c 58 cb', (a) => a.vector('addps', 256, 1, 2, 11)],
  ['vaddps zmm1, zmm2, zmm3', '62 f1 6c 48 58 cb', (a) => a.vector('addps', 512, 1, 2, 3)],
  ['vaddps zmm17, zmm30, zmm21', '62 a1 0c 40 58 cd', (a) => a.vector('addps', 512, 17, 30, 21)],
  ['vaddps zmm9, zmm13, zmm26', '62 11 14 48 58 ca', (a) => a.vector('addps', 512, 9, 13, 26)],
  ['vmulps ymm4, ymm5, [rax]', 'c5 d4 59 20', (a) => a.vector('mulps', 256, 4, 5, { base: RAX })],
  [
    'vmulps ymm4, ymm5, [rax+32]',
    'c5 d4 59 60 20',
    (a) => a.vector('mulps', 256, 4, 5, { base: RAX, displacement: 32 }),
  ],
  [
    'vmulps ymm4, ymm5, [r13+rcx*4+1024]',
    'c4 c1 54 59 a4 8d 00 04 00 00',
    (a) => a.vector('mulps', 256, 4, 5, { base: R13, index: RCX, scale: 4, displacement: 1024 }),
  ],
  [
    'vmulps zmm4, zmm25, [rax+64]',
    '62 f1 34 40 59 60 01',
    (a) => a.vector('mulps', 512, 4, 25, { base: RAX, displacement: 64 }),
  ],
  [
    'vmulps zmm4, zmm25, [rax+32]',
    '62 f1 34 40 59 a0 20 00 00 00',
    (a) => a.vector('mulps', 512, 4, 25, { base: RAX, displacement: 32 }),
  ],
  [
    'vmulps zmm31, zmm5, [r12+r14*4-128]',
    '62 01 54 48 59 7c b4 fe',
    (a) => a.vector('mulps', 512, 31, 5, { base: R12, index: R14, scale: 4, displacement: -128 }),
  ],
  ['vfmadd231ps ymm3, ymm8, ymm9', 'c4 c2 3d b8 d9', (a) => a.vector('fmadd231ps', 256, 3, 8, 9)],
  ['vfmadd231ps zmm3, zmm8, zmm9', '62 d2 3d 48 b8 d9', (a) => a.vector('fmadd231ps', 512, 3, 8, 9)],
  ['vsubps ymm15, ymm14, ymm13', 'c4 41 0c 5c fd', (a) => a.vector('subps', 256, 15, 14, 13)],
  ['vminps ymm1, ymm2, ymm3', 'c5 ec 5d cb', (a) => a.vector('minps', 256, 1, 2, 3)],
  ['vmaxps zmm1, zmm2, zmm3', '62 f1 6c 48 5f cb', (a) => a.vector('maxps', 512, 1, 2, 3)],
  ['vdivps ymm1, ymm2, ymm3', 'c5 ec 5e cb', (a) => a.vector('divps', 256, 1, 2, 3)],
  ['vdivps zmm20, zmm21, zmm22', '62 a1 54 40 5e e6', (a) => a.vector('divps', 512, 20, 21, 22)],
  ['vsqrtps ymm9, ymm3', 'c5 7c 51 cb', (a) => a.unary('sqrtps', 256, 9, 3)],
  ['vsqrtps zmm19, zmm3', '62 e1 7c 48 51 db', (a) => a.unary('sqrtps', 512, 19, 3)],
  ['vpand ymm1, ymm2, ymm3', 'c5 ed db cb', (a) => a.vector('pand', 256, 1, 2, 3)],
  ['vpandd zmm1, zmm2, zmm3', '62 f1 6d 48 db cb', (a) => a.vector('pand', 512, 1, 2, 3)],
  ['vpxor ymm8, ymm8, ymm8', 'c4 41 3d ef c0', (a) => a.vector('pxor', 256, 8, 8, 8)],
  ['vpxord zmm18, zmm18, zmm18', '62 a1 6d 40 ef d2', (a) => a.vector('pxor', 512, 18, 18, 18)],
  ['vpaddd ymm1, ymm2, ymm3', 'c5 ed fe cb', (a) => a.vector('paddd', 256, 1, 2, 3)],
  ['vpaddd zmm1, zmm2, zmm3', '62 f1 6d 48 fe cb', (a) => a.vector('paddd', 512, 1, 2, 3)],
  ['vpmulld ymm1, ymm2, ymm3', 'c4 e2 6d 40 cb', (a) => a.vector('pmulld', 256, 1, 2, 3)],
  ['vpmulld zmm1, zmm2, zmm3', '62 f2 6d 48 40 cb', (a) => a.vector('pmulld', 512, 1, 2, 3)],
  ['vpmaxud ymm1, ymm2, ymm3', 'c4 e2 6d 3f cb', (a) => a.vector('pmaxud', 256, 1, 2, 3)],
  ['vpcmpeqd ymm1, ymm2, ymm3', 'c5 ed 76 cb', (a) => a.vector('pcmpeqd', 256, 1, 2, 3)],
  ['vpslld ymm1, ymm2, 23', 'c5 f5 72 f2 17', (a) => a.shiftVector('left', 256, 1, 2, 23)],
  ['vpsrld ymm11, ymm12, 16', 'c4 c1 25 72 d4 10', (a) => a.shiftVector('right', 256, 11, 12, 16)],
  ['vpslld zmm1, zmm22, 23', '62 b1 75 48 72 f6 17', (a) => a.shiftVector('left', 512, 1, 22, 23)],
  ['vmovups ymm7, [rsi]', 'c5 fc 10 3e', (a) => a.loadVector(7, { base: RSI }, 256)],
  [
    'vmovups ymm7, [rsi+r9*4+96]',
    'c4 a1 7c 10 7c 8e 60',
    (a) => a.loadVector(7, { base: RSI, index: R9, scale: 4, displacement: 96 }, 256),
  ],
  ['vmovups zmm27, [rsi+128]', '62 61 7c 48 10 5e 02', (a) => a.loadVector(27, { base: RSI, displacement: 128 }, 512)],
  ['vmovups zmm7{k1}{z}, [rsi]', '62 f1 7c c9 10 3e', (a) => a.loadVector(7, { base: RSI }, 512, 1)],
  ['vmovups [rdi], ymm7', 'c5 fc 11 3f', (a) => a.storeVector({ base: RDI }, 7, 256)],
  ['vmovups [rdi-64], zmm17', '62 e1 7c 48 11 4f ff', (a) => a.storeVector({ base: RDI, displacement: -64 }, 17, 512)],
  ['vmovups [rdi]{k2}, zmm7', '62 f1 7c 4a 11 3f', (a) => a.storeVector({ base: RDI }, 7, 512, 2)],
  ['vmaskmovps ymm1, ymm2, [rax+32]', 'c4 e2 6d 2c 48 20', (a) => a.loadMasked(1, { base: RAX, displacement: 32 }, 2)],
  ['vmaskmovps [rax], ymm2, ymm1', 'c4 e2 6d 2e 08', (a) => a.storeMasked({ base: RAX }, 1, 2)],
  [
    'vbroadcastss ymm1, dword ptr [rax+4]',
    'c4 e2 7d 18 48 04',
    (a) => a.broadcast(1, { base: RAX, displacement: 4 }, 256),
  ],
  [
    'vbroadcastss zmm21, dword ptr [r10+4]',
    '62 c2 7d 48 18 6a 01',
    (a) => a.broadcast(21, { base: R10, displacement: 4 }, 512),
  ],
  ['vbroadcastss ymm1, xmm9', 'c4 c2 7d 18 c9', (a) => a.broadcast(1, 9, 256)],
  ['mov eax, [rdi]', '8b 07', (a) => a.loadUnsigned(RAX, { base: RDI })],
  ['mov r9d, [rsi+64]', '44 8b 4e 40', (a) => a.loadUnsigned(R9, { base: RSI, displacement: 64 })],
  ['mov ecx, [r12]', '41 8b 0c 24', (a) => a.loadUnsigned(RCX, { base: R12 })],
  ['mov ebx, [r13]', '41 8b 5d 00', (a) => a.loadUnsigned(RBX, { base: R13 })],
  [
    'mov r15d, [rbp+r14*4+1024]',
    '46 8b bc b5 00 04 00 00',
    (a) => a.loadUnsigned(R15, { base: RBP, index: R14, scale: 4, displacement: 1024 }),
  ],
  ['mov [rsi], edx', '89 16', (a) => a.storeInt({ base: RSI }, RDX)],
  ['mov [rsi+8], r11d', '44 89 5e 08', (a) => a.storeInt({ base: RSI, displacement: 8 }, R11)],
  ['mov [r13+r9*8], eax', '43 89 44 cd 00', (a) => a.storeInt({ base: R13, index: R9, scale: 8 }, RAX)],
  ['movsxd rax, dword ptr [r13+128]', '49 63 85 80 00 00 00', (a) => a.loadInt(RAX, { base: R13, displacement: 128 })],
  ['mov [r12], r13', '4d 89 2c 24', (a) => a.store({ base: R12 }, R13)],
  [
    'mov rax, [rsp+rbp*2-128]',
    '48 8b 44 6c 80',
    (a) => a.load(RAX, { base: RSP, index: RBP, scale: 2, displacement: -128 }),
  ],
  ['imul r12, r15', '4d 0f af e7', (a) => a.multiply(R12, R15)],
  ['test rax, rax', '48 85 c0', (a) => a.test(RAX)],
  ['add r12, -128', '49 83 c4 80', (a) => a.addConstant(R12, -128)],
  ['add rbx, 128', '48 81 c3 80 00 00 00', (a) => a.addConstant(RBX, 128)],
  ['vsubps zmm15, zmm24, zmm13', '62 51 3c 40 5c fd', (a) => a.vector('subps', 512, 15, 24, 13)],
  ['vminps zmm29, zmm2, zmm16', '62 21 6c 48 5d e8', (a) => a.vector('minps', 512, 29, 2, 16)],
  ['vmaxps zmm16, zmm31, zmm8', '62 c1 04 40 5f c0', (a) => a.vector('maxps', 512, 16, 31, 8)],
  ['vaddps zmm8, zmm16, zmm23', '62 31 7c 40 58 c7', (a) => a.vector('addps', 512, 8, 16, 23)],
  [
    'vmulps zmm30, zmm31, [rsi+r11*1+8128]',
    '62 21 04 40 59 74 1e 7f',
    (a) => a.vector('mulps', 512, 30, 31, { base: RSI, index: R11, displacement: 8128 }),
  ],
  [
    'vmulps zmm30, zmm31, [r15+8192]',
    '62 41 04 40 59 b7 00 20 00 00',
    (a) => a.vector('mulps', 512, 30, 31, { base: R15, displacement: 8192 }),
  ],
  [
    'vaddps zmm0, zmm1, [rbp-8192]',
    '62 f1 74 48 58 45 80',
    (a) => a.vector('addps', 512, 0, 1, { base: RBP, displacement: -8192 }),
  ],
  [
    'vfmadd231ps zmm26, zmm30, [r13+r11*1+192]',
    '62 02 0d 40 b8 54 1d 03',
    (a) => a.vector('fmadd231ps', 512, 26, 30, { base: R13, index: R11, displacement: 192 }),
  ],
  [
    'vfmadd231ps ymm11, ymm15, [rsi+r11*1+96]',
    'c4 22 05 b8 5c 1e 60',
    (a) => a.vector('fmadd231ps', 256, 11, 15, { base: RSI, index: R11, displacement: 96 }),
  ],
  ['vsqrtps zmm30, zmm25', '62 01 7c 48 51 f1', (a) => a.unary('sqrtps', 512, 30, 25)],
  ['vpsrld zmm28, zmm17, 16', '62 b1 1d 40 72 d1 10', (a) => a.shiftVector('right', 512, 28, 17, 16)],
  ['vpsrld zmm1, zmm9, 9', '62 d1 75 48 72 d1 09', (a) => a.shiftVector('right', 512, 1, 9, 9)],
  ['vpslld zmm24, zmm8, 23', '62 d1 3d 40 72 f0 17', (a) => a.shiftVector('left', 512, 24, 8, 23)],
  ['vpcmpnltud k2, zmm5, zmm6', '62 f3 55 48 1e d6 05', (a) => a.compareAtLeast(2, 5, 6)],
  ['vpcmpnltud k1, zmm29, zmm17', '62 b3 15 40 1e c9 05', (a) => a.compareAtLeast(1, 29, 17)],
  [
    'vpcmpnltud k3, zmm18, [r9+64]',
    '62 d3 6d 40 1e 59 01 05',
    (a) => a.compareAtLeast(3, 18, { base: R9, displacement: 64 }),
  ],
  ['kmovw k1, word ptr [rdx+rcx*1]', 'c5 f8 90 0c 0a', (a) => a.loadMask(1, { base: RDX, index: RCX })],
  ['kmovw k2, word ptr [rax]', 'c5 f8 90 10', (a) => a.loadMask(2, { base: RAX })],
  ['kmovw k1, word ptr [r13+r12*4]', 'c4 81 78 90 4c a5 00', (a) => a.loadMask(1, { base: R13, index: R12, scale: 4 })],
  ['kmovw k7, word ptr [r9+2]', 'c4 c1 78 90 79 02', (a) => a.loadMask(7, { base: R9, displacement: 2 })],
  [
    'kmovw k3, word ptr [rbx+r10*2+256]',
    'c4 a1 78 90 9c 53 00 01 00 00',
    (a) => a.loadMask(3, { base: RBX, index: R10, scale: 2, displacement: 256 }),
  ],
  [
    'vmovups zmm20{k1}{z}, [r15+r9*1+64]',
    '62 81 7c c9 10 64 0f 01',
    (a) => a.loadVector(20, { base: R15, index: R9, displacement: 64 }, 512, 1),
  ],
  ['vmovups zmm31{k2}{z}, zmm18', '62 21 7c ca 10 fa', (a) => a.loadVector(31, 18, 512, 2)],
  ['vmovups zmm9{k2}{z}, zmm24', '62 11 7c ca 10 c8', (a) => a.loadVector(9, 24, 512, 2)],
  [
    'vmovups [r12+rax*1]{k1}, zmm30',
    '62 41 7c 49 11 34 04',
    (a) => a.storeVector({ base: R12, index: RAX }, 30, 512, 1),
  ],
  [
    'vmovups [r13+60]{k1}, zmm10',
    '62 51 7c 49 11 95 3c 00 00 00',
    (a) => a.storeVector({ base: R13, displacement: 60 }, 10, 512, 1),
  ],
  ['vmaskmovps ymm11, ymm14, [r15+r10*1]', 'c4 02 0d 2c 1c 17', (a) => a.loadMasked(11, { base: R15, index: R10 }, 14)],
  [
    'vmaskmovps [r13+32], ymm15, ymm9',
    'c4 42 05 2e 4d 20',
    (a) => a.storeMasked({ base: R13, displacement: 32 }, 9, 15),
  ],
  [
    'vbroadcastss zmm30, dword ptr [rbp+r10*2+508]',
    '62 22 7d 48 18 74 55 7f',
    (a) => a.broadcast(30, { base: RBP, index: R10, scale: 2, displacement: 508 }, 512),
  ],
  [
    'vbroadcastss zmm3, dword ptr [rax+r10*1+512]',
    '62 b2 7d 48 18 9c 10 00 02 00 00',
    (a) => a.broadcast(3, { base: RAX, index: R10, displacement: 512 }, 512),
  ],
  ['vbroadcastss zmm30, xmm17', '62 22 7d 48 18 f1', (a) => a.broadcast(30, 17, 512)],
  ['cmp rax, r10', '4c 39 d0', (a) => a.compare(RAX, R10)],
  ['prefetcht1 [r8]', '41 0f 18 10', (a) => a.prefetch({ base: R8 })],
  ['prefetcht1 [rbp]', '0f 18 55 00', (a) => a.prefetch({ base: RBP })],
  ['prefetcht1 [rsp]', '0f 18 14 24', (a) => a.prefetch({ base: RSP })],
  ['cpuid', '0f a2', (a) => a.cpuid()],
  ['xgetbv', '0f 01 d0', (a) => a.xgetbv()],
];

/** The bytes of some code, without what aligns it. */
function codeOf(emit: (a: Assembler) => void): Uint8Array {
  const a = new Assembler();
  emit(a);
  return a.finish().subarray(0, a.size);
}

const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('hex')
    .replace(/..(?=.)/g, '$& ');

describe('the assembler', () => {
  for (const [line, bytes, emit] of encodings) it(line, () => assert.equal(hex(codeOf(emit)), bytes));

  it('jumps forward and back, over the distance from the end of the jump', () => {
    const code = codeOf((a) => {
      const [start, end] = [a.label(), a.label()];
      a.place(start);
      a.jumpIf('equal', end);
      a.jump(start);
      a.place(end);
      a.return();
    });
    // je +5; jmp -11; ret
    assert.equal(hex(code), '0f 84 05 00 00 00 e9 f5 ff ff ff c3');
  });

  it('jumps on every condition', () => {
    const conditions = ['equal', 'notEqual', 'less', 'notLess'] as const;
    const code = codeOf((a) => {
      const end = a.label();
      for (const condition of conditions) a.jumpIf(condition, end);
      a.place(end);
      a.return();
    });
    const jumps = ['84 12', '85 0c', '8c 06', '8d 00'].map((jump) => `0f ${jump} 00 00 00`);
    // je, jne, jl, jge; ret
    assert.equal(hex(code), [...jumps, 'c3'].join(' '));
  });

  it('reaches constants from the end of the instruction, which an operand of one byte can precede', () => {
    const a = new Assembler();
    const limit = a.constant(new Int32Array(16).fill(7));
    a.addressOf(RDX, limit);
    a.addressOf(R13, limit);
    a.compareAtLeast(2, 5, limit);
    a.vector('addps', 512, 17, 5, limit);
    a.loadVector(30, limit, 512);
    const { size } = a;
    const lines = [
      // lea rdx, [rip+57]; lea r13, [rip+50]
      ...['48 8d 15 39 00 00 00', '4c 8d 2d 32 00 00 00'],
      // vpcmpnltud k2, zmm5, [rip+39]
      '62 f3 55 48 1e 15 27 00 00 00 05',
      // vaddps zmm17, zmm5, [rip+29]; vmovups zmm30, [rip+19]
      ...['62 e1 54 48 58 0d 1d 00 00 00', '62 61 7c 48 10 35 13 00 00 00'],
    ];
    assert.equal(hex(a.finish().subarray(0, size)), lines.join(' '));
  });

  it('puts constants after the code, aligned to a cache line, equal ones once', () => {
    const a = new Assembler();
    const ones = a.constant(new Float32Array(8).fill(1));
    const twos = a.constant(new Float32Array(8).fill(2));
    assert.deepEqual(a.constant(new Float32Array(8).fill(1)), ones);
    a.vector('mulps', 256, 1, 2, twos);
    a.vector('addps', 256, 1, 2, ones);
    const code = a.finish();
    assert.equal(code.length, 3 * 64);
    // vmulps ymm1, ymm2, [rip+distance], the distance counted from the end of the instruction
    assert.equal(hex(code.subarray(0, 4)), 'c5 ec 59 0d');
    assert.equal(new DataView(code.buffer).getInt32(4, true), 128 - 8);
    assert.deepEqual(new Float32Array(code.buffer, 128, 8), new Float32Array(8).fill(2));
  });
});
