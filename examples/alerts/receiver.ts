/**
 * Receives the alerts of a channel of kind `webhook`: takes what is signed and new, and prints it.
 *
 *   npx node examples/alerts/receiver.ts
 *
 * SECRET and PORT say otherwise than the config beside it.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

const { SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", PORT = "9400" } = process.env;
const KEY = Buffer.from(SECRET.replace("whsec_", ""), "base64");

/** Ids that came before: after a kill, or an answer that got lost, Flowlord sends the same again. */
const seen = new Set<string>();

interface Body {
  readonly kind: string;
  readonly text: string;
  readonly alerts: readonly { readonly severity: string; readonly message: string; readonly new_count: number }[];
}

const server = createServer((request, response) => {
  void text(request).then((body) => {
    const id = String(request.headers["webhook-id"]);
    if (!isSigned(request.headers, body)) return response.writeHead(401).end("the signature is not good");
    if (seen.has(id)) return response.end("seen before");
    seen.add(id);
    const { kind, text: lines, alerts } = JSON.parse(body) as Body;
    console.log(`${kind}: ${lines.trimEnd()}`);
    for (const { severity, message, new_count: count } of alerts) console.log(`  ${severity} (${count}): ${message}`);
    return response.end("printed");
  });
});

function isSigned(headers: IncomingHttpHeaders, body: string): boolean {
  const { "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": signature } = headers;
  // Whoever kept a request cannot send it again later.
  if (!(Math.abs(Date.now() / 1000 - Number(seconds)) < 300)) return false;
  const wanted = createHmac("sha256", KEY)
    .update(`${String(id)}.${String(seconds)}.${body}`)
    .digest();
  const given = Buffer.from(String(signature).replace("v1,", ""), "base64");
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

server.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`Waiting for alerts at http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`);
});
