import { DomainError } from "../../contract/domain-error.ts";

/** Whether new messages are taken in. While it is closed nothing that comes is acknowledged, and people are refused. */
export class IntakeGate {
  #reason: string | null = null;
  readonly #listeners: ((reason: string | null) => void)[] = [];

  /** One sentence while it is closed; null while it is open. */
  get reason(): string | null {
    return this.#reason;
  }

  /** Null opens it. */
  set(reason: string | null): void {
    const wasOpen = this.#reason === null;
    this.#reason = reason;
    if (wasOpen !== (reason === null)) for (const listener of this.#listeners) listener(reason);
  }

  /** Called when it closes, and when it opens. */
  onChange(listener: (reason: string | null) => void): void {
    this.#listeners.push(listener);
  }

  /** Throws DomainError while it is closed. */
  admit(): void {
    if (this.#reason !== null) throw new DomainError("unavailable", "disk_nearly_full", this.#reason);
  }
}
