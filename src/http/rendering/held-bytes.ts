/** How much memory bodies may take that are being rendered or not sent completely, bytes. */
export interface MemoryLimits {
  /** Of one account. A single larger body is rendered when the account has no other. */
  readonly accountBytes: number;
  /** Of all accounts together. A single larger body is rendered when there is no other. */
  readonly totalBytes: number;
  /** On top of the total, for accounts that hold nothing: they are served although others do not read. */
  readonly reserveBytes: number;
}

/** The bytes of one account. */
export interface Holder {
  heldBytes: number;
}

/** Counts the bytes of bodies that are being rendered or not sent completely, and says which bodies may be begun. */
export class HeldBytes {
  private held = 0;
  private unsent = 0;

  constructor(private readonly limits: MemoryLimits) {}

  /** Bytes of all accounts. */
  get total(): number {
    return this.held;
  }

  /** Whether a body of at most `bytes` may be begun. */
  fits({ heldBytes }: Holder, bytes: number): boolean {
    const { accountBytes, totalBytes, reserveBytes } = this.limits;
    if (this.held === 0) return true;
    if (heldBytes === 0) return this.held + bytes <= totalBytes + reserveBytes;
    return heldBytes + bytes <= accountBytes && this.held + bytes <= totalBytes;
  }

  /** Whether no body of `bytes` could be begun before a client has read, not even for an account that holds nothing. */
  isFull(bytes: number): boolean {
    const { totalBytes, reserveBytes } = this.limits;
    return this.unsent > 0 && this.unsent + bytes > totalBytes + reserveBytes;
  }

  /** A body of at most `bytes` is begun. */
  reserve(holder: Holder, bytes: number): void {
    this.add(holder, bytes);
  }

  /** A started body is canceled. */
  cancel(holder: Holder, bytes: number): void {
    this.add(holder, -bytes);
  }

  /** A body that was begun with `reserved` bytes is rendered and has `bytes`. */
  rendered(holder: Holder, reserved: number, bytes: number): void {
    this.add(holder, bytes - reserved);
    this.unsent += bytes;
  }

  /** A rendered body is sent, or its client gone. */
  released(holder: Holder, bytes: number): void {
    this.add(holder, -bytes);
    this.unsent -= bytes;
  }

  private add(holder: Holder, bytes: number): void {
    holder.heldBytes += bytes;
    this.held += bytes;
  }
}
