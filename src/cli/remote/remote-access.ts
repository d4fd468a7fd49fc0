import { addKeyAnswer, revokeKeyAnswer, userAnswer } from "../../contract/api/access/access-api.ts";
import { parseInstant } from "../../contract/time/instant.ts";
import type { DirectInstance } from "../../app/offline.ts";

type Send = (method: "POST" | "PUT" | "DELETE", path: string, body: object) => Promise<unknown>;

/** Users, sessions and keys through the running instance. */
export function remoteAccess(send: Send): DirectInstance["access"] {
  return {
    addUser: async (user) => userRow(await send("POST", "/api/users", user)),
    changeUser: async (name, edit) => ({
      after: userRow(await send("PUT", `/api/users/${encodeURIComponent(name)}`, edit)),
    }),
    addKey: async ({ expiresAt, within: _within, ...request }) => {
      const expires = expiresAt === null ? null : new Date(expiresAt).toISOString();
      return addKeyAnswer.parse(await send("POST", "/api/keys", { ...request, expires_at: expires }));
    },
    revokeKey: async (id) => revokeKeyAnswer.parse(await send("DELETE", `/api/keys/${id}`, {})),
  };
}

function userRow(answer: unknown): Awaited<ReturnType<DirectInstance["access"]["addUser"]>> {
  const { created_at: created, last_login_at: login, disabled_at: disabled, ...user } = userAnswer.parse(answer);
  const ms = (text: string | null): number | null => (text === null ? null : parseInstant(text));
  return { ...user, created_at: ms(created) ?? 0, last_login_at: ms(login), disabled_at: ms(disabled) };
}
