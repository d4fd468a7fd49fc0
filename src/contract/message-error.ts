import { DomainError } from "./domain-error.ts";

/** A payload that cannot be understood; `reason` is the sentence in its dead letter. */
export class MessageError extends DomainError {
  constructor(code: string, reason: string) {
    super("invalid", code, reason);
  }
}
