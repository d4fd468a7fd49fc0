import type { FastifyReply, FastifyRequest } from "fastify";
import { encoded } from "../content-coding.ts";

/** What the older program compressed, whatever its size. */
const COMPRESSED: ReadonlySet<string> = new Set(["application/json", "text/html", "text/plain"]);

/** A hook for `onSend`: compresses the answer when the client takes that. */
export async function compress(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  const type = String(reply.getHeader("content-type") ?? "").split(";", 1)[0] ?? "";
  if (!COMPRESSED.has(type) || !(typeof payload === "string" || payload instanceof Uint8Array)) return payload;
  return await encoded(request, reply, payload);
}
