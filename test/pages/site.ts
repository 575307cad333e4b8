// A small site with the library for a browser: `/` may not share memory between threads, `/isolated/` may.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const built = fileURLToPath(new URL('../../src/', import.meta.url));
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export interface Site {
  readonly origin: string;
  /** Resolves with what a page posts next. */
  posted(): Promise<string>;
  close(): void;
}

/** @param file the path of any file that is neither a page nor a program */
export async function site(file: (name: string) => string, page = '<!doctype html><title>a</title>'): Promise<Site> {
  let onPost: (body: string) => void = () => {};
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part);
      onPost(Buffer.concat(parts).toString());
      response.end();
      return;
    }
    const [, isolated, name] = /^\/(isolated\/)?(.*)$/.exec(request.url ?? '') ?? [];
    const type = name.endsWith('.js') ? 'text/javascript' : name === '' ? 'text/html' : 'application/json';
    response.writeHead(200, { 'Content-Type': type, ...(isolated && isolation) });
    response.end(name === '' ? page : readFileSync(name.endsWith('.js') ? `${built}${name}` : file(name)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posted: () =>
      new Promise((resolve) => {
        onPost = resolve;
      }),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
