/** Rendered answers by key, each valid for one revision; drops the least recently used beyond `maxBytes`. */
export class AnswerCache {
  private readonly entries = new Map<string, { readonly revision: number; readonly body: Buffer }>();
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  get(key: string, revision: number): Buffer | undefined {
    const entry = this.entries.get(key);
    if (entry?.revision !== revision) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.body;
  }

  set(key: string, revision: number, body: Buffer): void {
    this.drop(key);
    this.entries.set(key, { revision, body });
    this.bytes += body.length;
    for (const oldest of this.entries.keys()) {
      if (this.bytes <= this.maxBytes) break;
      this.drop(oldest);
    }
  }

  /** Drops the answers with a matching key; returns their number. */
  forget(matches: (key: string) => boolean): number {
    const keys = [...this.entries.keys()].filter(matches);
    for (const key of keys) this.drop(key);
    return keys.length;
  }

  get usedBytes(): number {
    return this.bytes;
  }

  private drop(key: string): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    this.bytes -= entry.body.length;
  }
}
