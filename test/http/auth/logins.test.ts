import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { accessApp, AS_INSTANCE, PASSWORD, SETUP_TOKEN } from "./access-app.ts";

const MINUTE = 60_000;

describe("without users", () => {
  test("whoever is on this machine is an admin, until the first user is made", async (t) => {
    const { call } = await accessApp(t);
    const me = await call("GET /api/me");
    assert.deepEqual(me.body, { name: "anyone on this machine", role: "admin", via: "loopback" });
    const first = await call("POST /api/users", { name: "ada", role: "viewer", password: PASSWORD });
    assert.deepEqual([first.status, first.body["code"]], [422, "first_admin"]);
    assert.equal((await call("POST /api/users", { name: "ada", role: "admin", password: PASSWORD })).status, 201);
    const after = await call("GET /api/me");
    assert.deepEqual([after.status, after.body["code"]], [401, "login_needed"]);
    assert.equal((await call("GET /api/me", null, AS_INSTANCE)).body["via"], "token");
  });

  test("a request that a proxy passes on is not from this machine", async (t) => {
    const { call } = await accessApp(t);
    for (const name of ["x-forwarded-for", "forwarded", "x-real-ip", "via"]) {
      const { status, body } = await call("GET /api/me", null, { [name]: "192.0.2.1" });
      assert.deepEqual([status, body["code"]], [401, "login_needed"], name);
      assert.match(String(body["detail"]), /came through a proxy/);
    }
  });

  for (const settings of [{ required: true }, { isLocal: false }]) {
    test(`with ${JSON.stringify(settings)} a login is needed, and the setup token makes the first admin`, async (t) => {
      const { call } = await accessApp(t, settings);
      const me = await call("GET /api/me");
      assert.equal(me.status, 401);
      assert.match(String(me.body["detail"]), /setup token/);
      const setup = { token: SETUP_TOKEN, name: "ada", password: PASSWORD };
      const wrong = await call("POST /api/setup", { ...setup, token: "another" });
      assert.deepEqual([wrong.status, wrong.body["code"]], [401, "bad_setup_token"]);
      const made = await call("POST /api/setup", setup);
      assert.deepEqual([made.status, made.body], [200, { name: "ada", role: "admin", via: "session" }]);
      assert.equal((await call("GET /api/me", null, { cookie: made.cookie })).body["name"], "ada");
      const again = await call("POST /api/setup", { ...setup, name: "eve" });
      assert.deepEqual([again.status, again.body["code"]], [409, "set_up_already"]);
    });
  }

  test("POST /backload is open as in the older program, and asks for an operator when a login is needed", async (t) => {
    const open = await accessApp(t, { isLocal: false });
    assert.equal((await open.call("POST /backload", {})).status, 200);
    const { call, session } = await accessApp(t, { required: true });
    assert.equal((await call("POST /backload", {})).status, 401);
    assert.equal((await call("POST /backload", {}, await session("ada", "admin"))).status, 200);
    const viewer = await call("POST /backload", {}, await session("vic", "viewer"));
    assert.deepEqual([viewer.status, viewer.body["code"]], [403, "role"]);
  });
});

describe("the older program's endpoints", () => {
  const reads = ["GET /info", "GET /recap", "GET /task/x"];
  const effects = ["GET /refresh", "POST /refresh"];

  test("are open as there while nobody has to log in", async (t) => {
    const { call } = await accessApp(t, { isLocal: false });
    for (const name of [...reads, ...effects]) assert.equal((await call(name, null)).status, 200, name);
  });

  test("ask for a viewer, and for an operator where they have an effect, when a login is needed", async (t) => {
    const { call, session } = await accessApp(t, { required: true });
    for (const name of [...reads, ...effects]) assert.equal((await call(name, null)).status, 401, name);
    await session("ada", "admin");
    const viewer = await session("vic", "viewer");
    const operator = await session("oda", "operator");
    for (const name of reads) assert.equal((await call(name, null, viewer)).status, 200, name);
    for (const name of effects) {
      const body = name.startsWith("POST") ? {} : null;
      const refused = await call(name, body, viewer);
      assert.deepEqual([refused.status, refused.body["code"]], [403, "role"], name);
      assert.equal((await call(name, body, operator)).status, 200, name);
    }
  });
});

describe("a login", () => {
  test("is a session of its own, whatever cookie the browser had, and the former one ends", async (t) => {
    const { call, session } = await accessApp(t);
    const { cookie: first = "" } = await session("ada", "admin");
    const login = { name: "ADA", password: PASSWORD };
    const planted = await call("POST /api/login", login, { cookie: "flowlord=planted-by-somebody-else" });
    assert.match(String(planted.headers["set-cookie"]), /^flowlord=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    assert.notEqual(planted.cookie, "flowlord=planted-by-somebody-else");
    const next = await call("POST /api/login", login, { cookie: first });
    assert.notEqual(next.cookie, first);
    const former = await call("GET /api/me", null, { cookie: first });
    assert.deepEqual([former.status, former.body["code"]], [401, "session_over"]);
    assert.equal((await call("GET /api/me", null, { cookie: next.cookie })).body["name"], "ada");
  });

  test("is refused in the same words for a wrong password, an unknown name and a disabled user", async (t) => {
    const { call, session } = await accessApp(t);
    await session("ada", "admin");
    await session("bo", "viewer");
    await call("PUT /api/users/bo", { disabled: true }, AS_INSTANCE);
    const answers = [
      await call("POST /api/login", { name: "ada", password: "wrong" }),
      await call("POST /api/login", { name: "nobody", password: PASSWORD }),
      await call("POST /api/login", { name: "bo", password: PASSWORD }),
    ];
    for (const { status, body } of answers) assert.deepEqual([status, body], [401, answers[0]?.body]);
    assert.equal(answers[0]?.body["code"], "bad_login");
  });

  test("ends when it was not used for a while, some time after it began, and at a logout", async (t) => {
    const { call, session, rig } = await accessApp(t);
    const me = async (headers: Record<string, string>) => (await call("GET /api/me", null, headers)).status;
    const ada = await session("ada", "admin");
    rig.now += 59 * MINUTE;
    assert.equal(await me(ada), 200);
    rig.now += 59 * MINUTE;
    assert.equal(await me(ada), 200);
    rig.now += 60 * MINUTE;
    assert.equal(await me(ada), 401, "an hour without use");
    const bo = await session("bo", "admin");
    for (let minutes = 0; minutes < 24 * 60 - 50; minutes += 50) {
      rig.now += 50 * MINUTE;
      assert.equal(await me(bo), 200);
    }
    rig.now += 50 * MINUTE;
    assert.equal(await me(bo), 401, "a day after the login");
    const cy = await session("cy", "admin");
    const out = await call("POST /api/logout", {}, cy);
    assert.match(String(out.headers["set-cookie"]), /^flowlord=; .*Max-Age=0$/);
    assert.equal(await me(cy), 401);
  });

  test("ends with another password", async (t) => {
    const { call, session } = await accessApp(t);
    const ada = await session("ada", "admin");
    assert.equal((await call("PUT /api/users/ada", { password: "another long one" }, ada)).status, 200);
    assert.equal((await call("GET /api/me", null, ada)).status, 401);
    const login = { name: "ada", password: "another long one" };
    assert.equal((await call("POST /api/login", login)).status, 200);
  });
});
