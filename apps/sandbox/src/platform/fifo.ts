/** How many taken items may linger at the front before the array is rebuilt: keeps `shift` O(1) on average. */
const slack = 1024;

/** First in, first out, with constant-time ends: `Array.shift` moves every element once the array is large. */
export class Fifo<T> {
  #items: T[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes the oldest item out. */
  shift(): T | undefined {
    if (this.size === 0) return undefined;
    const item = this.#items[this.#head];
    this.#head += 1;
    if (this.#head > slack && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** The newest `limit` items, oldest first. */
  newest(limit = this.size): T[] {
    return this.#items.slice(Math.max(this.#head, this.#items.length - limit));
  }
}
