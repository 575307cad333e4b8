/**
 * What `work` makes of each item, in the order of the items, as soon as it and all before it are done; at most `room`
 * items are in work or wait for one before them.
 */
export async function* inOrder<T, R>(
  items: AsyncIterable<T>,
  work: (item: T) => Promise<R>,
  room: number,
): AsyncGenerator<R> {
  const iterator = items[Symbol.asyncIterator]();
  const waiting: Promise<R>[] = [];
  let incoming: Promise<IteratorResult<T>> | undefined = iterator.next();
  try {
    while (incoming || waiting.length > 0) {
      const [first] = waiting;
      const hasRoom = waiting.length < room;
      const came: 'item' | 'result' = await Promise.race([
        ...(incoming && hasRoom ? [incoming.then(() => 'item' as const)] : []),
        ...(first ? [first.then(() => 'result' as const)] : []),
      ]);
      if (came === 'result') {
        waiting.shift();
        yield first;
        continue;
      }
      const next: IteratorResult<T> | undefined = await incoming;
      incoming = next?.done ? undefined : iterator.next();
      incoming?.catch(() => {}); // It is waited for above, later.
      if (next?.done !== false) continue;
      const result = work(next.value);
      result.catch(() => {});
      waiting.push(result);
    }
  } finally {
    incoming?.catch(() => {});
    iterator.return?.().catch(() => {});
  }
}
