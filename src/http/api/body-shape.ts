import type { FastifyRequest } from "fastify";
import { DomainError } from "../../contract/domain-error.ts";

/** Objects and lists within each other. */
export const MAX_DEPTH = 20;
/** Values of one list, and keys of one object. */
export const MAX_ENTRIES = 100_000;

/** Refuses a body that is nested deeper, or has a longer list, than any route asks for, before a schema looks at it. Throws DomainError. */
export function refuseExtremes(body: unknown, depth = 0): void {
  if (typeof body !== "object" || body === null) return;
  if (depth === MAX_DEPTH)
    throw new DomainError("malformed", "too_deep", `The body is nested more than ${MAX_DEPTH} levels deep.`);
  const values = Array.isArray(body) ? body : Object.values(body);
  if (values.length > MAX_ENTRIES)
    throw new DomainError("too_large", "too_many_entries", `The body has a list of more than ${MAX_ENTRIES} entries.`);
  for (const value of values) refuseExtremes(value, depth + 1);
}

/** Refuses a compressed body before it is read: a few bytes could be many. Throws DomainError. */
export function refuseEncoded({ headers }: FastifyRequest): void {
  const coding = headers["content-encoding"];
  if (coding === undefined || coding.toLowerCase() === "identity") return;
  throw new DomainError("unsupported", "encoded_body", "Bodies are sent as they are, without a Content-Encoding.");
}
