import { hash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { encoded } from "../content-coding.ts";

/** A smaller answer fits into one packet anyway. */
const COMPRESSED_FROM = 1024;

/**
 * A hook for `onSend` of the API: an answer that rarely changes gets an `ETag`, and is left out (304) where the client has it;
 * one above 1 kB is compressed when the client takes that. Streams are compressed by the routes that send them, or go as they are: an event must not wait for more.
 */
export async function formAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  rarelyChanges: boolean,
): Promise<unknown> {
  if (!(typeof payload === "string" || payload instanceof Uint8Array)) return payload;
  if (rarelyChanges && reply.statusCode === 200) {
    // Weak: compressed or not, it is the same.
    const etag = `W/"${hash("sha256", payload, "base64url").slice(0, 27)}"`;
    reply.header("etag", etag).header("cache-control", "private, no-cache");
    if (hasIt(request.headers["if-none-match"], etag)) {
      reply.code(304).removeHeader("content-type").removeHeader("content-length");
      return null;
    }
  }
  return payload.length > COMPRESSED_FROM ? await encoded(request, reply, payload) : payload;
}

function hasIt(header: string | undefined, etag: string): boolean {
  const known = (header ?? "").split(",").map((one) => one.trim());
  return known.includes("*") || known.some((one) => one === etag || `W/${one}` === etag);
}
