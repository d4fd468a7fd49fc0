import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { UserChange, UserSecret, ViewContent } from "../../src/store/access-store.ts";
import type { ContractDatabase } from "./contract-database.ts";
import { NOW } from "./factories.ts";

const HOUR = 3_600_000;
const ALL = { after: 0, limit: 100 };
const allow = (): void => undefined;

function as(change: Partial<UserChange>): (user: UserSecret) => UserChange {
  return ({ role, password, disabled_at: disabled }) => ({ role, password, isDisabled: disabled !== null, ...change });
}

export function accessContract(use: ContractDatabase): void {
  const add = async (name: string, role: UserSecret["role"] = "admin"): Promise<number> => {
    const id = await use.store.access.addUser({ name, role, password: "hash" }, allow, NOW);
    assert.ok(id !== null);
    return id;
  };
  const open = (tokenSha256: string, userId: number, expiresAt = NOW + 1000, instead: string | null = null) =>
    use.store.access.addSession({ tokenSha256, userId, expiresAt, address: "::1", agent: "curl" }, instead, NOW);

  describe("users", () => {
    it("have one name in upper and lower case, and are kept over a restart", async () => {
      const { access } = use.store;
      assert.equal(await access.hasUsers(), false);
      const id = await add("Ada");
      assert.equal(await access.addUser({ name: "ADA", role: "viewer", password: "x" }, allow, NOW), null);
      await use.reopen();
      assert.equal(await use.store.access.hasUsers(), true);
      const row = {
        id,
        name: "Ada",
        role: "admin",
        created_at: NOW,
        last_login_at: null,
        disabled_at: null,
        login: "here",
      };
      assert.deepEqual(await use.store.access.userNamed("ada"), { ...row, password: "hash" });
      assert.deepEqual(await use.store.reads.access.users(ALL), [row], "a list has no hash of a password");
    });

    it("are not added when the decision throws, and it is given whether there are others", async () => {
      const { access } = use.store;
      const decide = (hasUsers: boolean): void => {
        if (hasUsers) throw new Error("one is enough");
      };
      assert.ok((await access.addUser({ name: "a", role: "admin", password: "x" }, decide, NOW)) !== null);
      await assert.rejects(access.addUser({ name: "b", role: "admin", password: "x" }, decide, NOW), /one is enough/);
      assert.equal((await use.store.reads.access.users(ALL)).length, 1);
    });

    it("are changed by what is decided, which knows whether another admin may log in", async () => {
      const { access } = use.store;
      for (const name of ["a", "b", "c"]) await add(name);
      await access.changeUser("c", as({ isDisabled: true }), NOW);
      const others: boolean[] = [];
      const changed = await access.changeUser(
        "a",
        (user, hasOther) => {
          others.push(hasOther);
          return as({ role: "viewer" })(user);
        },
        NOW,
      );
      assert.deepEqual(others, [true]);
      await access.changeUser("b", (user, hasOther) => as({ isDisabled: hasOther })(user), NOW);
      assert.equal((await access.userNamed("b"))?.disabled_at, null, "it is the last");
      assert.deepEqual([changed?.before.role, changed?.after.role], ["admin", "viewer"]);
      assert.equal(await access.changeUser("nobody", as({}), NOW), null);
    });
  });

  describe("users of a provider", () => {
    const ada = { subject: "https://login.example.com u-1", name: "ada", role: "viewer" };

    it("are known by their subject, made once, and have the role of their last login", async () => {
      const { access } = use.store;
      const asked: [string | null, boolean][] = [];
      const decide = (found: { readonly name: string } | null, hasUsers: boolean): void =>
        void asked.push([found?.name ?? null, hasUsers]);
      const made = await access.userOfProvider(ada, decide, NOW);
      assert.partialDeepStrictEqual(made, { name: "ada", role: "viewer", created_at: NOW, login: "provider" });
      await use.reopen();
      const again = { ...ada, name: "ada.renamed", role: "operator" };
      const found = await use.store.access.userOfProvider(again, decide, NOW + 1);
      assert.deepEqual(found, { ...made, role: "operator" });
      assert.deepEqual(asked, [
        [null, false],
        ["ada", true],
      ]);
      assert.equal((await use.store.access.userNamed("ada"))?.password, "", "which no password hashes to");
    });

    it("take the name of nobody, and nothing is done when the decision throws", async () => {
      const { access } = use.store;
      await add("Ada");
      assert.equal(await access.userOfProvider(ada, allow, NOW), null);
      assert.equal((await access.userNamed("ada"))?.login, "here");
      const bo = { ...ada, name: "bo" };
      const refuse = (): never => {
        throw new Error("not today");
      };
      await assert.rejects(access.userOfProvider(bo, refuse, NOW), /not today/);
      await access.userOfProvider(bo, allow, NOW);
      await assert.rejects(access.userOfProvider({ ...bo, role: "admin" }, refuse, NOW), /not today/);
      assert.deepEqual(
        (await use.store.reads.access.users(ALL)).map(({ name, role, login }) => [name, role, login]),
        [
          ["Ada", "admin", "here"],
          ["bo", "viewer", "provider"],
        ],
      );
    });
  });

  describe("saved views", () => {
    const view: ViewContent = {
      name: "late",
      is_shared: false,
      page: "tasks",
      query: "run>5m",
      sort: "-run",
      columns: [],
    };
    const save = (owner: string, change: Partial<ViewContent> = {}) =>
      use.store.access.addView(owner, { ...view, ...change }, allow, NOW);
    const names = async (owner: string, page: ViewContent["page"] | null = null): Promise<readonly string[]> =>
      (await use.store.reads.access.savedViews({ owner, page, ...ALL })).map((row) => `${row.owner}: ${row.name}`);

    it("have one name of an owner in upper and lower case, and are kept over a restart", async () => {
      const made = await save("ada", { columns: ["type", "info"] });
      const row = { ...view, id: made?.id, owner: "ada", columns: ["type", "info"], created_at: NOW, updated_at: NOW };
      assert.deepEqual(made, row);
      assert.equal(await save("ada", { name: "LATE" }), null);
      assert.ok((await save("bo")) !== null, "another owner has names of their own");
      await use.reopen();
      assert.deepEqual(await use.store.reads.access.savedViews({ owner: "ada", page: null, ...ALL }), [row]);
    });

    it("are listed to their owner, and shared ones to everybody, by page, and each once", async () => {
      await save("ada", { name: "own" });
      await save("bo", { name: "hidden" });
      await save("bo", { name: "for all", is_shared: true, page: "alerts" });
      await save("ada", { name: "own for all", is_shared: true });
      assert.deepEqual(await names("ada"), ["ada: own", "bo: for all", "ada: own for all"]);
      assert.deepEqual(await names("ada", "tasks"), ["ada: own", "ada: own for all"]);
      assert.deepEqual(await names("cy"), ["bo: for all", "ada: own for all"]);
      assert.deepEqual(await names("cy", "alerts"), ["bo: for all"]);
      const { access } = use.store.reads;
      const [first] = await access.savedViews({ owner: "ada", page: null, after: 0, limit: 1 });
      const rest = await access.savedViews({ owner: "ada", page: null, after: first?.id ?? 0, limit: 1 });
      assert.deepEqual([first?.name, rest.map(({ name }) => name)], ["own", ["for all"]]);
    });

    it("are changed and removed as is decided, which knows the view and how many there are", async () => {
      const { access } = use.store;
      const { id = 0 } = (await save("ada")) ?? {};
      await save("ada", { name: "other" });
      const counts: number[] = [];
      await access.addView("ada", { ...view, name: "third" }, (owned) => void counts.push(owned), NOW);
      assert.deepEqual(counts, [2]);
      const seen: (string | null)[] = [];
      const look = (found: { readonly name: string } | null): void => void seen.push(found?.name ?? null);
      const changed = await access.changeView(id, { ...view, name: "Late", is_shared: true }, look, NOW + 1);
      assert.partialDeepStrictEqual(changed, {
        before: { name: "late", is_shared: false, updated_at: NOW },
        after: { name: "Late", is_shared: true, owner: "ada", created_at: NOW, updated_at: NOW + 1 },
      });
      assert.equal(await access.changeView(id, { ...view, name: "OTHER" }, look, NOW), null, "the name is taken");
      assert.equal(await access.changeView(99, view, look, NOW), null);
      const refuse = (): never => {
        throw new Error("not yours");
      };
      await assert.rejects(access.changeView(id, view, refuse, NOW), /not yours/);
      await assert.rejects(access.removeView(id, refuse), /not yours/);
      assert.equal((await access.removeView(id, look))?.name, "Late");
      assert.equal(await access.removeView(id, look), null);
      assert.deepEqual(seen, ["late", "Late", null, "Late", null]);
      assert.deepEqual(await names("ada"), ["ada: other", "ada: third"]);
      assert.ok(((await save("ada")) ?? { id: 0 }).id > id, "a removed number does not come back");
    });
  });

  describe("sessions", () => {
    it("are found by the hash of their token, with the role that the user has now", async () => {
      const { access } = use.store;
      const user = await add("ada");
      const id = await open("t1", user);
      await access.changeUser("ada", as({ role: "operator" }), NOW);
      const found = await access.session("t1");
      assert.partialDeepStrictEqual(found, { id, user: "ada", role: "operator", used_at: NOW, agent: "curl" });
      assert.equal(await access.session("t2"), null);
      assert.equal((await access.userNamed("ada"))?.last_login_at, NOW);
      await access.used("session", id, "::1", NOW + 60_000);
      assert.equal((await access.session("t1"))?.used_at, NOW + 60_000);
    });

    it("end by number, by token, at a new login in their place, and with another password or a disabled user", async () => {
      const { access } = use.store;
      const user = await add("ada");
      const id = await open("t1", user);
      await open("t2", user);
      assert.equal((await access.endSession(id))?.user, "ada");
      assert.equal(await access.endSession(id), null);
      await open("t3", user, NOW + 1000, "t2");
      assert.equal(await access.session("t2"), null);
      await access.endSessionOf("t3");
      assert.equal(await access.session("t3"), null);
      await open("t4", user);
      await access.changeUser("ada", as({ password: "another" }), NOW);
      assert.equal(await access.session("t4"), null);
      await open("t5", user);
      await access.changeUser("ada", as({ isDisabled: true }), NOW);
      assert.equal(await access.session("t5"), null);
    });

    it("are listed while they are not over, a page at a time, and the oldest of more than 50 of a user end", async () => {
      const user = await add("ada");
      await open("over", user, NOW);
      for (let at = 0; at < 55; at += 1) await open(`t${at}`, user);
      const { reads } = use.store;
      const span = { now: NOW, usedSince: NOW - 1 };
      const first = await reads.access.sessions({ after: 0, limit: 30, ...span });
      const rest = await reads.access.sessions({ after: first.at(-1)?.id ?? 0, limit: 30, ...span });
      assert.deepEqual([first.length, rest.length], [30, 20]);
      assert.deepEqual(await reads.access.sessions({ ...ALL, now: NOW, usedSince: NOW }), [], "not used since");
    });
  });

  describe("the audit log", () => {
    it("is read a page at a time, the newest first, of one or of everybody", async () => {
      const entry = { via: "key", address: "::1", requestId: "r", target: "/api/x", outcome: "done" } as const;
      for (const [at, who] of ["ada", "bo", "ada"].entries())
        await use.store.access.audit({ ...entry, who, act: `POST ${at}`, before: null, after: "{}" }, NOW + at);
      const { access } = use.store.reads;
      const acts = async (who: string | null, before: number | null = null) =>
        (await access.audit({ who, before, limit: 2 })).map(({ act }) => act);
      assert.deepEqual(await acts(null), ["POST 2", "POST 1"]);
      const [newest] = await access.audit({ who: null, before: null, limit: 1 });
      assert.partialDeepStrictEqual(newest, { at: NOW + 2, request_id: "r", via: "key", after: "{}", before: null });
      assert.deepEqual(await acts(null, newest?.id), ["POST 1", "POST 0"]);
      assert.deepEqual(await acts("ada"), ["POST 2", "POST 0"]);
    });
  });

  describe("the search of the audit log", () => {
    const entry = { via: "session", address: "192.0.2.7", requestId: "r", target: "/api/x", after: null } as const;
    const times = (rows: readonly { readonly at: number }[]) => rows.map(({ at }) => at - NOW);

    it("finds by outcome, by what an entry contains, and by time", async () => {
      const { access, reads } = use.store;
      const rows = [
        { who: "ada", act: "POST /api/keys", outcome: "done", before: null },
        { who: "eve", act: "POST /api/login", outcome: "refused", before: null },
        { who: "ada", act: "PUT /api/users/{name}", outcome: "done", before: '{"role":"Viewer"}' },
      ] as const;
      for (const [at, row] of rows.entries()) await access.audit({ ...entry, ...row }, NOW + at);
      const found = async (query: object) =>
        times(await reads.access.audit({ who: null, before: null, limit: 9, ...query }));
      assert.deepEqual(await found({ outcome: "refused" }), [1]);
      assert.deepEqual(await found({ text: "VIEWER" }), [2]);
      assert.deepEqual(await found({ text: "192.0.2.7", who: "ada" }), [2, 0]);
      assert.deepEqual(await found({ text: "%" }), []);
      assert.deepEqual(await found({ from: NOW + 1 }), [2, 1]);
      assert.deepEqual(await found({ from: NOW + 1, to: NOW + 2 }), [1]);
      assert.deepEqual(await found({ from: NOW + 3 }), []);
    });

    it("counts by the hour who did how much, and what was refused", async () => {
      const { access, reads } = use.store;
      const add = (at: number, via: "session" | "key" | "none", outcome: "done" | "refused") =>
        access.audit({ ...entry, who: "x", act: "a", before: null, via, outcome }, at);
      await add(NOW, "session", "done");
      await add(NOW + HOUR, "key", "done");
      await add(NOW + HOUR + 1, "none", "refused");
      await add(NOW + 2 * HOUR, "session", "done");
      const { hours, isComplete } = await reads.access.auditHours({ from: NOW, to: NOW + 2 * HOUR });
      assert.deepEqual(hours, [
        { at: NOW, people: 1, keys: 0, refused: 0 },
        { at: NOW + HOUR, people: 0, keys: 1, refused: 1 },
      ]);
      assert.equal(isComplete, true);
    });
  });

  describe("keys", () => {
    const key = (name: string, keySha256: string) =>
      use.store.access.addKey(
        { name, beginning: "flk_1", keySha256, role: "viewer", created_by: "ada", expires_at: null },
        NOW,
      );

    it("have a name that is free again once they are revoked", async () => {
      const { access } = use.store;
      const id = (await key("deploy", "h1")) ?? 0;
      assert.equal(await key("Deploy", "h2"), null);
      assert.equal((await access.revokeKey(id, NOW))?.revoked_at, NOW);
      assert.equal(await access.revokeKey(id, NOW), null);
      const next = await key("deploy", "h2");
      await access.used("key", next ?? 0, "::1", NOW);
      assert.partialDeepStrictEqual(await access.key("h2"), {
        id: next,
        name: "deploy",
        used_at: NOW,
        used_from: "::1",
      });
      assert.equal((await access.key("h1"))?.revoked_at, NOW);
      assert.equal((await access.renewKey(next ?? 0, NOW + 1))?.expires_at, null);
      assert.equal((await access.key("h2"))?.expires_at, NOW + 1);
      assert.equal(await access.renewKey(id, NOW), null, "a revoked one stays as it is");
      const { reads } = use.store;
      const names = async (isRevokedToo: boolean) =>
        (await reads.access.keys({ ...ALL, isRevokedToo })).map((row) => row.id);
      assert.deepEqual([await names(false), await names(true)], [[next], [id, next]]);
    });
  });
}
