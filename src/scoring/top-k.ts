/** The items with the highest values of all that were added, in no more memory than twice their number needs. */
export class Highest<T> {
  private items: { readonly item: T; readonly value: number }[] = [];

  /** @param limit how many are kept; infinity for all */
  constructor(private readonly limit: number) {}

  add(item: T, value: number): void {
    this.items.push({ item, value });
    if (this.items.length > 2 * this.limit) this.cut();
  }

  /** From the highest down; equals in the order in which they came. */
  sorted(): T[] {
    this.cut();
    return this.items.map(({ item }) => item);
  }

  private cut(): void {
    this.items.sort((a, b) => b.value - a.value);
    if (this.items.length > this.limit) this.items.length = this.limit;
  }
}
