import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { keysAnswer, sessionsAnswer, usersAnswer } from "../../../../src/contract/api/access/access-api.ts";
import { get } from "../../../services/api.ts";

export type User = z.output<typeof usersAnswer>["users"][number];
export type Session = z.output<typeof sessionsAnswer>["sessions"][number];
export type Key = z.output<typeof keysAnswer>["keys"][number];

/** More of either are not shown; commands list them all. */
const LIMIT = 500;

export const usersQuery = queryOptions({
  queryKey: ["access", "users"],
  queryFn: async ({ signal }) =>
    (await get<z.output<typeof usersAnswer>>("/api/users", { limit: LIMIT }, signal)).users,
});

export const sessionsQuery = queryOptions({
  queryKey: ["access", "sessions"],
  queryFn: async ({ signal }) =>
    (await get<z.output<typeof sessionsAnswer>>("/api/sessions", { limit: LIMIT }, signal)).sessions,
  refetchInterval: 60_000,
});

export const keysQuery = queryOptions({
  queryKey: ["access", "keys"],
  queryFn: async ({ signal }) => (await get<z.output<typeof keysAnswer>>("/api/keys", { limit: LIMIT }, signal)).keys,
  refetchInterval: 60_000,
});

/** Where a user was last seen: the newest of the login and of the use of a session. */
export function lastSeen(user: User, sessions: readonly Session[]): string | null {
  const times = sessions.filter(({ user: of }) => of === user.name).map(({ used_at: at }) => at);
  return [...times, user.last_login_at ?? ""].toSorted().at(-1) || null;
}

/** Days before its end at which a key is worth a sentence. */
const SOON_MS = 14 * 86_400_000;

export function keyState({ expires_at: at }: Key, now: number): "lasting" | "soon" | "expired" {
  if (at === null || Date.parse(at) - now > SOON_MS) return "lasting";
  return Date.parse(at) <= now ? "expired" : "soon";
}
