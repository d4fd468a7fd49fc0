import { hash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { DomainError } from "../../contract/domain-error.ts";
import type { IdempotentAnswers } from "../../contract/live/idempotent-answers.ts";

/** Visible ASCII, as clients make keys: a UUID, for example. */
const KEY = /^[\u0021-\u007e]{1,200}$/;

/** The header of an answer that was given before. */
export const REPLAYED = "idempotent-replayed";

interface Keyed {
  readonly caller: string;
  /** With its path and query. */
  readonly route: string;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly now: number;
}

/**
 * Does it once for each `Idempotency-Key` of a caller: the same request again gets the answer of the first, for a day. Without
 * the header it is done. Throws DomainError where the key is not one, came with another body, or it is not known what became of the first.
 */
export async function doOnce(
  { caller, route, request, reply, now }: Keyed,
  answers: IdempotentAnswers,
  act: () => Promise<unknown>,
): Promise<unknown> {
  const header = request.headers["idempotency-key"];
  if (header === undefined) return await act();
  const key = String(header);
  if (!KEY.test(key))
    throw new DomainError(
      "malformed",
      "bad_idempotency_key",
      "Idempotency-Key has 1 to 200 visible characters of ASCII: a UUID, for example.",
    );
  const keyed = { caller, route, key, bodySha256: hash("sha256", JSON.stringify(request.body ?? null)) };
  const known = await answers.begin(keyed, now);
  if (known !== null && known.bodySha256 !== keyed.bodySha256)
    throw new DomainError(
      "invalid",
      "idempotency_key_reused",
      "Another request had this Idempotency-Key within the last day: give each request its own.",
    );
  if (known?.answer === null)
    throw new DomainError(
      "conflict",
      "idempotency_unknown",
      "The same request is being done, or was when the instance stopped: wait, look whether it was done, and send it with another key if not.",
    );
  if (known !== null) {
    reply.header(REPLAYED, "true");
    return JSON.parse(known.answer) as unknown;
  }
  let answer: unknown;
  try {
    answer = await act();
  } catch (error) {
    await answers.forget(keyed);
    throw error;
  }
  await answers.keep(keyed, JSON.stringify(answer));
  return answer;
}
