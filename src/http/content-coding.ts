import { promisify } from "node:util";
import { deflateRaw, gzip } from "node:zlib";
import type { FastifyReply, FastifyRequest } from "fastify";

/** In the order in which they are preferred. */
const ENCODINGS = [
  ["gzip", promisify(gzip)],
  ["deflate", promisify(deflateRaw)],
] as const;

/** The body as the client takes it, with the headers that say so. */
export async function encoded(
  request: FastifyRequest,
  reply: FastifyReply,
  body: string | Uint8Array,
): Promise<string | Uint8Array> {
  reply.header("vary", "accept-encoding");
  const accepted = accepts(request.headers["accept-encoding"]);
  const encoding = ENCODINGS.find(([name]) => accepted.has(name));
  if (encoding === undefined || body.length === 0) return body;
  const [name, run] = encoding;
  reply.header("content-encoding", name).removeHeader("content-length");
  return await run(body);
}

/** The codings of an `Accept-Encoding` header, without those of quality 0. */
function accepts(header: string | string[] | undefined): ReadonlySet<string> {
  const parts = String(header ?? "")
    .toLowerCase()
    .split(",");
  const wanted = parts.filter((part) => !/;\s*q=0(?:\.0*)?\s*$/.test(part));
  return new Set(wanted.map((part) => part.split(";", 1)[0]?.trim() ?? ""));
}
