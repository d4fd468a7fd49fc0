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
  /** An error frame with an unknown code. */
  | "unknown_error"
  | "bad_topic"
  | "bad_channel"
  | "empty_message"
  | "message_too_big"
  /** No nsqd is reachable. */
  | "unavailable"
  /** The connection was closed, or could not be opened. */
  | "disconnected"
  /** Nothing arrived for two heartbeats, or no answer came in time. */
  | "silent"
  /** The data received is not the NSQ protocol. */
  | "bad_frame"
  /** The server requires a secret that is not configured, or does not offer a configured feature. */
  | "not_offered"
  | "bad_tls_file"
  | "lookup_failed";

/** An error of NSQ, in one sentence. Never contains a secret. */
export class NsqError extends Error {
  readonly code: NsqErrorCode;

  constructor(code: NsqErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "NsqError";
    this.code = code;
  }
}

/** An error frame of `host` as a typed error. `secret` is removed from the text, in case the server repeats it. */
export function errorOfFrame(host: string, text: string, secret: string | null): NsqError {
  const word = /^E_[A-Z_]+/.exec(text)?.[0];
  const code = PROTOCOL_CODES.find((known) => known === word) ?? "unknown_error";
  return new NsqError(code, `nsqd ${host} answered: ${plainText(text, secret)}`);
}

/** Text of a server, cleaned for a message: short, printable, without the secret. */
export function plainText(text: string, secret: string | null = null): string {
  const open = secret === null || secret === "" ? text : text.replaceAll(secret, "********");
  return cutText(open.replaceAll(/[^\x20-\x7e]+/g, "?"), MAX_TEXT);
}

/** nsqd keeps the connection after these errors; any other error ends it. */
export function isHarmless(code: NsqErrorCode): boolean {
  return code === "E_FIN_FAILED" || code === "E_REQ_FAILED" || code === "E_TOUCH_FAILED";
}

/** Why a socket failed, as part of a sentence. */
export function reasonOf(error: Error): string {
  const code = "code" in error ? String(error.code) : "";
  if (code === "ECONNREFUSED") return "connection refused";
  if (code === "ECONNRESET" || code === "EPIPE") return "the connection was lost";
  // When all addresses of a name failed, the error itself has no text.
  return plainText(error.message === "" ? code || "no connection" : error.message);
}
