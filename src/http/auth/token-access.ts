import { createHash, timingSafeEqual } from "node:crypto";
import { DomainError } from "../../contract/domain-error.ts";
import { LONGEST_PERSON, USER_HEADER } from "../../contract/api/from-person.ts";
import type { Authenticate } from "../api/register.ts";
import { refuseForeign } from "../guard.ts";

/**
 * Whoever has the token can read the files of the instance's owner, and may do everything; the command line says in a
 * header which user of the machine it works for. `token` has at least 32 characters.
 */
export function tokenAccess(token: string, allowedHosts: readonly string[]): Authenticate {
  return async (request) => {
    refuseForeign(request, allowedHosts);
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
    if (!isSame(bearer, token)) {
      throw new DomainError(
        "unauthenticated",
        "token_needed",
        "The token of the running instance is needed: it is in a file beside its database.",
      );
    }
    return { name: userOf(request.headers[USER_HEADER]), role: "admin" };
  };
}

/** Compares digests, so that the duration reveals nothing about the token, not even its length. */
function isSame(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function userOf(header: string | string[] | undefined): string {
  const [text = ""] = [header ?? ""].flat();
  const name = decoded(text);
  return name === "" ? "command line" : name.slice(0, LONGEST_PERSON);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not percent-encoded: another program than our command line sends it.
    return text;
  }
}
