import { cutText } from "../../contract/cut-text.ts";

/** Of what a server says. */
const MAX_TEXT = 200;

/** Error codes that nsqd sends; the text after the code says more. */
const PROTOCOL_CODES = [
  "E_INVALID",
  "E_BAD_BODY",
  "E_BAD_TOPIC",
  "E_BAD_CHANNEL",
  "E_BAD_MESSAGE",
  "E_PUB_FAILED",
  "E_MPUB_FAILED",
  "E_DPUB_FAILED",
  "E_FIN_FAILED",
  "E_REQ_FAILED",
  "E_TOUCH_FAILED",
  "E_SUB_FAILED",
  "E_IDENTIFY_FAILED",
  "E_AUTH_DISABLED",
  "E_AUTH_ERROR",
  "E_AUTH_FAILED",
  "E_AUTH_FIRST",
  "E_UNAUTHORIZED",
] as const;

export type ProtocolCode = (typeof PROTOCOL_CODES)[number];

export type NsqErrorCode =
  | ProtocolCode
  /** An error frame with a code that is not among them. */
  | "unknown_error"
  | "bad_topic"
  | "bad_channel"
  | "empty_message"
  | "message_too_big"
  /** No nsqd can be reached now. */
  | "unavailable"
  /** The connection ended, or could not be made. */
  | "disconnected"
  /** Nothing was heard for two heartbeats, or no answer came in time. */
  | "silent"
  /** What came is not the NSQ protocol. */
  | "bad_frame"
  /** The server asks for a secret that is not configured, or does not offer what is. */
  | "not_offered"
  | "bad_tls_file"
  | "lookup_failed";

/** Why NSQ did not do what it was asked, in one sentence. Never holds a secret. */
export class NsqError extends Error {
  readonly code: NsqErrorCode;

  constructor(code: NsqErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "NsqError";
    this.code = code;
  }
}

/** An error frame of `host` as a typed error. `secret` is cut out of the text, should the server repeat it. */
export function errorOfFrame(host: string, text: string, secret: string | null): NsqError {
  const word = /^E_[A-Z_]+/.exec(text)?.[0];
  const code = PROTOCOL_CODES.find((known) => known === word) ?? "unknown_error";
  return new NsqError(code, `nsqd ${host} answered: ${plainText(text, secret)}`);
}

/** Foreign text made fit for a sentence: short, printable, without the secret. */
export function plainText(text: string, secret: string | null = null): string {
  const open = secret === null || secret === "" ? text : text.replaceAll(secret, "********");
  return cutText(open.replaceAll(/[^\x20-\x7e]+/g, "?"), MAX_TEXT);
}

/** After these nsqd keeps the connection; every other error ends it. */
export function isHarmless(code: NsqErrorCode): boolean {
  return code === "E_FIN_FAILED" || code === "E_REQ_FAILED" || code === "E_TOUCH_FAILED";
}

/** Why a socket failed, fit for a sentence. */
export function reasonOf(error: Error): string {
  const code = "code" in error ? String(error.code) : "";
  if (code === "ECONNREFUSED") return "connection refused";
  if (code === "ECONNRESET" || code === "EPIPE") return "the connection was cut";
  // Several addresses of one name failed together: the error itself has no text then.
  return plainText(error.message === "" ? code || "no connection" : error.message);
}
