/** What is wrong with a request; each kind has one status on the wire and one meaning for a caller. */
export type ErrorKind =
  /** It cannot be read. */
  | "malformed"
  /** Nobody knows who asks. */
  | "unauthenticated"
  /** Whoever asks may not do this. */
  | "forbidden"
  | "not_found"
  /** The state of what it names does not allow it, now. */
  | "conflict"
  | "too_large"
  /** Its body is of a kind that is not read. */
  | "unsupported"
  /** It is understood, and cannot be done as it is. */
  | "invalid"
  | "too_many"
  /** It may work later: nothing is wrong with it. */
  | "unavailable";

/** A request that is refused. `message` says why and what to do; `code` is for programs. */
export class DomainError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;

  constructor(kind: ErrorKind, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.kind = kind;
    this.code = code;
  }
}
