/** Queues events for iteration; events before the first iteration are dropped. */
export class EventQueue<T> {
  private waiting: T[] = [];
  private isWanted = false;
  private isOver = false;
  private wake = (): void => {};

  push(event: T): void {
    if (!this.isWanted) return;
    this.waiting.push(event);
    this.wake();
  }

  end(): void {
    this.isOver = true;
    this.wake();
  }

  async *events(): AsyncGenerator<T> {
    this.isWanted = true;
    for (;;) {
      yield* this.waiting.splice(0);
      if (this.waiting.length > 0) continue;
      if (this.isOver) return;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}
