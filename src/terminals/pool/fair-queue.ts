/**
 * A queue that is fair between requesters: they take turns, and the items of each keep their order. One series that
 * asks for a thousand pages cannot starve another that asks for one.
 */
export class FairQueue<T> {
  /** In the order of turns: the first requester is served next. */
  private readonly lines = new Map<string, T[]>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  add(requester: string, item: T): void {
    const line = this.lines.get(requester);
    if (line === undefined) this.lines.set(requester, [item]);
    else line.push(item);
    this.count++;
  }

  /** Takes the item whose turn it is; undefined when the queue is empty. */
  take(): T | undefined {
    const [turn] = this.lines;
    if (turn === undefined) return undefined;
    const [requester, line] = turn;
    const item = line.shift();
    this.lines.delete(requester);
    if (line.length > 0) this.lines.set(requester, line);
    this.count--;
    return item;
  }

  /** Removes one waiting item; false when it is not there. */
  remove(requester: string, item: T): boolean {
    const line = this.lines.get(requester);
    const index = line?.indexOf(item) ?? -1;
    if (line === undefined || index < 0) return false;
    line.splice(index, 1);
    if (line.length === 0) this.lines.delete(requester);
    this.count--;
    return true;
  }
}
