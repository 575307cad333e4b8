import { crc32, deflateSync } from 'node:zlib';

/** A PNG image. @param pixels (height, width, channels): 1 grey, 3 colours, 4 colours and opacity */
export function png(pixels: Uint8Array, height: number, width: number): Buffer {
  const channels = pixels.length / (height * width);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, { 1: 0, 3: 2, 4: 6 }[channels] ?? 0, 0, 0, 0], 8);
  const rows = Array.from({ length: height }, (_, y) => {
    return Buffer.from([0, ...pixels.subarray(y * width * channels, (y + 1) * width * channels)]);
  });
  const parts = [part('IHDR', header), part('IDAT', deflateSync(Buffer.concat(rows))), part('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts]);
}

function part(name: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name), content]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(content.length, 0);
  out.set(body, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}
