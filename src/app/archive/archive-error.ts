/** Why rows are not archived, or archived rows cannot be used. The message says what to do. */
export type ArchiveErrorCode =
  | "damaged"
  | "different"
  | "none_configured"
  | "bad_query"
  | "too_much"
  | "timeout"
  | "no_client";

export class ArchiveError extends Error {
  readonly code: ArchiveErrorCode;

  constructor(code: ArchiveErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ArchiveError";
    this.code = code;
  }
}
