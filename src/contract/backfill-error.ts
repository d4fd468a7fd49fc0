import { DomainError, type ErrorKind } from "./domain-error.ts";

const KINDS = {
  unknown_phase: "not_found",
  unknown_backfill: "not_found",
  wrong_state: "conflict",
  span: "invalid",
  rows: "invalid",
  meta_missing: "invalid",
} as const satisfies Record<string, ErrorKind>;

/** The backfill cannot be made; the message says why, and what to do. */
export class BackfillError extends DomainError {
  constructor(code: keyof typeof KINDS, message: string) {
    super(KINDS[code], code, message);
  }
}
