import type { AccessStore, UserRow } from "../../access-store.ts";
import type { Tables } from "./tables.ts";
import type { Writer } from "./writer.ts";

/** The port's methods on the tables. */
export function accessStore({ users, sessions, apiKeys, auditLog, savedViews }: Tables, writer: Writer): AccessStore {
  return {
    hasUsers: async () => users.any(),
    userNamed: async (name) => users.named(name),
    addUser: async (user, decide, now) =>
      writer.transaction(() => {
        decide(users.any());
        return users.add(user, now);
      }),
    changeUser: async (name, decide, now) =>
      writer.transaction(() => {
        const user = users.named(name);
        if (user === null) return null;
        const change = decide(user, users.hasOtherAdmin(user.id));
        const { password, ...before } = user;
        const after: UserRow = users.change(before, change, now);
        if (change.isDisabled || change.password !== password) sessions.endOf(user.id);
        return { before, after };
      }),
    userOfProvider: async ({ subject, name, role }, decide, now) =>
      writer.transaction(() => {
        const found = users.ofSubject(subject);
        decide(found, users.any());
        if (found !== null) return users.change(found, { role, password: "", isDisabled: false }, now);
        return users.addOfSubject({ subject, name, role }, now);
      }),
    addSession: async (session, instead, now) =>
      writer.transaction(() => {
        if (instead !== null) sessions.endWithHash(instead);
        users.loggedIn(session.userId, now);
        return sessions.add(session, now);
      }),
    session: async (tokenSha256) => sessions.found(tokenSha256),
    endSession: async (id) => writer.transaction(() => sessions.end(id)),
    endSessionOf: async (tokenSha256) => writer.transaction(() => sessions.endWithHash(tokenSha256)),
    audit: async (entry, now) => writer.transaction(() => auditLog.add(entry, now)),
    addKey: async (key, now) => writer.transaction(() => apiKeys.add(key, now)),
    key: async (keySha256) => apiKeys.found(keySha256),
    renewKey: async (id, expiresAt) => writer.transaction(() => apiKeys.renew(id, expiresAt)),
    revokeKey: async (id, now) => writer.transaction(() => apiKeys.revoke(id, now)),
    addView: async (owner, view, decide, now) =>
      writer.transaction(() => {
        decide(savedViews.count(owner));
        return savedViews.add(owner, view, now);
      }),
    changeView: async (id, view, decide, now) =>
      writer.transaction(() => {
        const before = savedViews.found(id);
        decide(before);
        const after = before === null ? null : savedViews.change(id, view, now);
        return before === null || after === null ? null : { before, after };
      }),
    removeView: async (id, decide) =>
      writer.transaction(() => {
        const view = savedViews.found(id);
        decide(view);
        savedViews.remove(id);
        return view;
      }),
    used: async (what, id, from, now) =>
      writer.transaction(() => (what === "session" ? sessions.used(id, now) : apiKeys.used(id, from, now))),
  };
}
