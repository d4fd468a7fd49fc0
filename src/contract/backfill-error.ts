/** The backfill cannot be made; the message says why, and what to do. */
export class BackfillError extends Error {
  readonly code: "unknown_phase" | "span" | "rows" | "meta_missing" | "unknown_backfill" | "wrong_state";

  constructor(code: BackfillError["code"], message: string) {
    super(message);
    this.name = "BackfillError";
    this.code = code;
  }
}
