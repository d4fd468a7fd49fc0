import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { accessApp, TOKEN } from "../../http/auth/access-app.ts";
import { jsonLines, Place, type Ran } from "../harness.ts";

const KEY = "fl_secret-key-0123456789";

/** Runs a command against what answers so. */
async function against(t: TestContext, answer: RequestListener, args: readonly string[] = ["tasks"]): Promise<Ran> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const place = new Place(t, {});
  const { port } = server.address() as AddressInfo;
  place.env = { FLOWLORD_SERVER: `http://127.0.0.1:${port}`, FLOWLORD_KEY: KEY };
  const ran = await place.run(args);
  assert.equal(ran.out, "");
  assert.doesNotMatch(ran.err, new RegExp(KEY));
  return ran;
}

const problem =
  (status: number, code: string, detail: string, headers: Record<string, string> = {}): RequestListener =>
  (_request, reply) =>
    void reply.writeHead(status, headers).end(JSON.stringify({ status, code, detail, title: "", type: "" }));

test("what an instance elsewhere refuses is one sentence, and exit code 1", async (t) => {
  const cases: readonly (readonly [RequestListener, RegExp])[] = [
    [problem(401, "bad_key", "The key is unknown, revoked or expired."), /^flowlord: The key is unknown/],
    [problem(403, "role", "GET /api/x needs the role admin."), /^flowlord: GET \/api\/x needs the role admin\.\n$/],
    [
      problem(404, "not_found", "There is no GET /api/instance here."),
      /has no GET \/api\/instance: its version is another/,
    ],
    [
      problem(429, "too_many", "Too many requests.", { "retry-after": "7" }),
      /Too many requests; it may be asked again in 7 s\.\n$/,
    ],
    [problem(503, "database_unavailable", "The database is locked."), /The database is locked\.\n$/],
    [
      (_request, reply) => void reply.writeHead(302, { location: "https://b/" }).end(),
      /answered 302 and leads to https:\/\/b\/: name that address\.\n$/,
    ],
    [(_request, reply) => void reply.writeHead(502).end("<html>bad gateway"), /answered 502: is it a Flowlord\?\n$/],
    [(_request, reply) => void reply.end('{"version":"9"}'), /in another form than this flowlord knows/],
    [(_request, reply) => void reply.end("<html>"), /does not answer/],
    [(request) => void request.socket.destroy(), /does not answer \(.+\)\.\n$/],
  ];
  for (const [answer, message] of cases) {
    const { code, err } = await against(t, answer);
    assert.equal(code, 1, err);
    assert.match(err, message);
  }
});

test("what does not answer at all is told apart", async (t) => {
  const place = new Place(t, {});
  const asked = async (server: string): Promise<Ran> => await place.run(["tasks", "--server", server]);
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, "127.0.0.1", resolve));
  const { port } = free.address() as AddressInfo;
  const plain = await asked(`https://127.0.0.1:${port}`);
  assert.equal(plain.code, 1);
  assert.match(plain.err, /does not answer \(it speaks no TLS\)\.\n$/);
  await new Promise((resolve) => free.close(resolve));
  const closed = await asked(`http://127.0.0.1:${port}`);
  assert.equal(closed.code, 1);
  assert.match(closed.err, /does not answer \(nothing listens there\)\.\n$/);
});

test("an act whose answer does not come says that it may have been done", async (t) => {
  const answer: RequestListener = (request, reply) => {
    if (request.method === "POST") request.socket.destroy();
    else reply.end('{"version":"0","time_zone":"UTC"}');
  };
  const { code, err } = await against(t, answer, ["alerts", "ack", "1"]);
  assert.equal(code, 1);
  assert.match(err, /does not answer \(.+\); check whether it accepted the request\.\n$/);
});

test("commands about this machine refuse a server, and ignore that of the environment", async (t) => {
  const place = new Place(t, { "flowlord.toml": 'workflow = "./flows"\n', "flows/a.toml": "" });
  for (const command of [
    ["serve"],
    ["init"],
    ["quickstart", "x"],
    ["check"],
    ["config"],
    ["worker"],
    ["completions", "bash"],
  ]) {
    const { code, err } = await place.run([...command, "--server", "https://a"]);
    assert.equal(code, 2, command.join(" "));
    assert.match(
      err,
      new RegExp(`flowlord ${command[0]} is about this machine: leave --server, --key and --key-file out`),
    );
  }
  assert.equal((await place.run(["--server", "https://a", "config"])).code, 2, "also before the command");
  place.env = { FLOWLORD_SERVER: "https://a", FLOWLORD_KEY: KEY };
  const checked = await place.run(["check"]);
  assert.equal(checked.code, 0, checked.err);
  assert.doesNotMatch(checked.err + checked.out, /FLOWLORD_/);
});

test("the gate of a real instance: no key, a key that may only read, one that may act", async (t) => {
  const { app, rig } = await accessApp(t, { required: true });
  await app.listen({ port: 0, host: "127.0.0.1" });
  const place = new Place(t, {});
  place.now = rig.now;
  const server = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const as = (key: string, ...args: readonly string[]) => place.run(["--server", server, "--key", key, ...args]);
  const added = await as(TOKEN, "users", "add", "ada", "--role", "admin", "--json");
  assert.equal(added.code, 0, added.err);
  const [made] = jsonLines((await as(TOKEN, "keys", "add", "grafana", "--role", "viewer", "--json")).out);
  const viewer = String(made?.["key"]);
  const read = await as(viewer, "tasks");
  assert.deepEqual(read, { code: 0, out: "No task matches.\n", err: "" });
  const refused = await as(viewer, "users", "list");
  assert.deepEqual([refused.code, refused.out], [1, ""]);
  assert.match(refused.err, /needs the role admin; key grafana is viewer/);
  const unknown = await place.run(["tasks", "--server", server]);
  assert.equal(unknown.code, 1);
  assert.match(unknown.err, /log in|login|key/i);
  const wrong = await as("nonsense", "tasks");
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /The key is unknown, revoked or expired/);
});
