import { promisify } from "node:util";
import { deflateRaw, gzip } from "node:zlib";
import type { FastifyReply, FastifyRequest } from "fastify";

/** What the older program compressed, whatever its size. */
const COMPRESSED: ReadonlySet<string> = new Set(["application/json", "text/html", "text/plain"]);
/** In the order in which they are preferred. */
const ENCODINGS = [
  ["gzip", promisify(gzip)],
  ["deflate", promisify(deflateRaw)],
] as const;

/** A hook for `onSend`: compresses the answer when the client takes that. */
export async function compress(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  const type = String(reply.getHeader("content-type") ?? "").split(";", 1)[0] ?? "";
  if (!COMPRESSED.has(type) || !(typeof payload === "string" || payload instanceof Uint8Array)) return payload;
  reply.header("vary", "accept-encoding");
  const accepted = accepts(request.headers["accept-encoding"]);
  const encoding = ENCODINGS.find(([name]) => accepted.has(name));
  if (encoding === undefined || payload.length === 0) return payload;
  const [name, run] = encoding;
  reply.header("content-encoding", name).removeHeader("content-length");
  return await run(payload);
}

/** The codings of an `Accept-Encoding` header, without those of quality 0. */
function accepts(header: string | string[] | undefined): ReadonlySet<string> {
  const parts = String(header ?? "")
    .toLowerCase()
    .split(",");
  const wanted = parts.filter((part) => !/;\s*q=0(?:\.0*)?\s*$/.test(part));
  return new Set(wanted.map((part) => part.split(";", 1)[0]?.trim() ?? ""));
}
