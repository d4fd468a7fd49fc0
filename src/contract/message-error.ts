/** A payload that cannot be understood; `reason` is the sentence in its dead letter. */
export class MessageError extends Error {
  readonly code: string;

  constructor(code: string, reason: string) {
    super(reason);
    this.name = "MessageError";
    this.code = code;
  }
}
