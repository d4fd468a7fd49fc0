import { createHmac } from "node:crypto";

/** Headers of https://www.standardwebhooks.com, so that its libraries verify them. */
export interface SignatureHeaders {
  readonly "webhook-id": string;
  /** Seconds since 1970, when it was posted. */
  readonly "webhook-timestamp": string;
  /** Missing without a secret. */
  readonly "webhook-signature"?: string;
}

/** The headers of a body: its id, the time, and with a secret the signature over both and the body. */
export function signatureHeaders(secret: string, id: string, now: number, body: string): SignatureHeaders {
  const timestamp = String(Math.floor(now / 1000));
  const headers = { "webhook-id": id, "webhook-timestamp": timestamp };
  if (secret === "") return headers;
  const signature = createHmac("sha256", keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { ...headers, "webhook-signature": `v1,${signature}` };
}

const BASE64_SECRET = "whsec_";

/** A secret of `whsec_` and base64 means its bytes, any other its text. */
function keyOf(secret: string): Buffer {
  return secret.startsWith(BASE64_SECRET)
    ? Buffer.from(secret.slice(BASE64_SECRET.length), "base64")
    : Buffer.from(secret, "utf8");
}
