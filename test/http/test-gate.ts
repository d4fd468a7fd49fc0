import { type Gate, gate } from "../../src/http/auth/identify.ts";
import { rateLimit } from "../../src/http/auth/rate-limit.ts";

export const NO_PROXY = { userHeader: "", isProxy: () => false };

/** Lets in whoever has the token; nobody is logged in, there are no keys, and `POST /backload` is open. */
export function testGate(token: string, allowedHosts: readonly string[] = []): Gate {
  const logins = {
    state: async () => "closed" as const,
    isRequired: async () => false,
    bySession: async () => null,
    byKey: async () => null,
    byName: async () => null,
  };
  return gate({ token, allowedHosts, logins, limit: rateLimit(0, () => 0), proxy: NO_PROXY });
}
