export type BusErrorCode = "stopped" | "unavailable" | "unknown_bus" | "refused" | "write_failed" | "paused";

/** Why a bus operation failed; the message is a sentence that says what to do. */
export class BusError extends Error {
  readonly code: BusErrorCode;

  constructor(code: BusErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "BusError";
    this.code = code;
  }
}
