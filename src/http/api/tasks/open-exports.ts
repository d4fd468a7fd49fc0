import { DomainError } from "../../../contract/domain-error.ts";

/** Each reads as fast as its client takes it, and other queries wait for its pages. */
export const MAX_EXPORTS = 4;

/** Exports under way. */
export class OpenExports {
  #open = 0;

  /** Returns how to end it. Throws DomainError when there are too many. */
  begin(): () => void {
    if (this.#open >= MAX_EXPORTS) {
      throw new DomainError(
        "too_many",
        "too_many_exports",
        `${MAX_EXPORTS} exports are under way, which is the most: begin when one of them has ended.`,
      );
    }
    this.#open += 1;
    let isOpen = true;
    return () => {
      if (isOpen) this.#open -= 1;
      isOpen = false;
    };
  }
}
