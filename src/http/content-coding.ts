import { pipeline, type Readable } from "node:stream";
import { promisify } from "node:util";
import { createDeflateRaw, createGzip, deflateRaw, gzip } from "node:zlib";
import type { FastifyReply, FastifyRequest } from "fastify";

/** In the order in which they are preferred. */
const ENCODINGS = [
  ["gzip", promisify(gzip), createGzip],
  ["deflate", promisify(deflateRaw), createDeflateRaw],
] as const;

/** The body as the client takes it, with the headers that say so. */
export async function encoded(
  request: FastifyRequest,
  reply: FastifyReply,
  body: string | Uint8Array,
): Promise<string | Uint8Array> {
  const encoding = chosen(request, reply);
  if (encoding === undefined || body.length === 0) return body;
  const [name, run] = encoding;
  reply.header("content-encoding", name).removeHeader("content-length");
  return await run(body);
}

/** The same of a stream that nobody waits for piece by piece: what is written leaves when there is enough of it. An error of it ends the answer early. */
export function encodedStream(request: FastifyRequest, reply: FastifyReply, source: Readable): Readable {
  const encoding = chosen(request, reply);
  if (encoding === undefined) return source;
  const [name, , create] = encoding;
  reply.header("content-encoding", name);
  // The error is that of the stream that is returned, too.
  return pipeline(source, create(), () => undefined);
}

function chosen(request: FastifyRequest, reply: FastifyReply): (typeof ENCODINGS)[number] | undefined {
  reply.header("vary", "accept-encoding");
  const accepted = acceptedCodings(request);
  return ENCODINGS.find(([name]) => accepted.has(name));
}

/** The codings of its `Accept-Encoding`, without those of quality 0. */
export function acceptedCodings({ headers }: Pick<FastifyRequest, "headers">): ReadonlySet<string> {
  const parts = (headers["accept-encoding"] ?? "").toLowerCase().split(",");
  const wanted = parts.filter((part) => !/;\s*q=0(?:\.0*)?\s*$/.test(part));
  return new Set(wanted.map((part) => part.split(";", 1)[0]?.trim() ?? ""));
}
