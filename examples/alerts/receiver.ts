/**
 * Receives the alerts of a channel of kind `webhook`: prints every message that is signed and new.
 *
 *   npx node examples/alerts/receiver.ts
 *
 * SECRET and PORT override the values of the config beside it.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

const { SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", PORT = "9400" } = process.env;
const KEY = Buffer.from(SECRET.replace("whsec_", ""), "base64");

/** Ids received before: after a kill, or a lost answer, Flowlord sends a message again. */
const seen = new Set<string>();

interface Body {
  readonly kind: string;
  readonly text: string;
  readonly alerts: readonly {
    readonly severity: string;
    readonly state: string;
    readonly message: string;
    readonly new_count: number;
  }[];
}

const server = createServer((request, response) => {
  void text(request).then((body) => {
    const id = String(request.headers["webhook-id"]);
    if (!isSigned(request.headers, body)) return response.writeHead(401).end("the signature is not valid");
    if (seen.has(id)) return response.end("seen before");
    seen.add(id);
    const { kind, text: lines, alerts } = JSON.parse(body) as Body;
    console.log(`${kind}: ${lines.trimEnd()}`);
    for (const { severity, state, message, new_count: count } of alerts)
      console.log(`  ${state === "resolved" ? state : severity} (${count}): ${message}`);
    return response.end("printed");
  });
});

function isSigned(headers: IncomingHttpHeaders, body: string): boolean {
  const { "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": signature } = headers;
  // A recorded request cannot be replayed later.
  if (!(Math.abs(Date.now() / 1000 - Number(seconds)) < 300)) return false;
  const expected = createHmac("sha256", KEY)
    .update(`${String(id)}.${String(seconds)}.${body}`)
    .digest();
  const received = Buffer.from(String(signature).replace("v1,", ""), "base64");
  return received.length === expected.length && timingSafeEqual(received, expected);
}

server.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`Waiting for alerts at http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`);
});
