import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { redriveFilesRequest } from "../../src/contract/api/file-api.ts";
import { redriveRequest } from "../../src/contract/api/instance-api.ts";
import { publishRequest } from "../../src/contract/api/topic-api.ts";
import { createTaskRequest } from "../../src/contract/api/tasks/create-task-api.ts";
import { openStore } from "../../src/app/open-store.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import type { OutboxRow } from "../../src/store/outbox-row.ts";
import { writeOldDatabase } from "../store/sqlite/database/old-database.ts";
import { jsonLines, Place } from "./harness.ts";

const TOKEN = "t".repeat(32);

/** What the running instance answers: the requests of the contract, nothing else. */
class FakeInstance {
  readonly requests: { readonly path: string; readonly body: unknown; readonly token: string }[] = [];
  refusal: { readonly status: number; readonly message: string } | null = null;
  readonly #server: Server;

  constructor(t: TestContext) {
    this.#server = createServer((request, response) => {
      void this.#answer(request).then(([status, body]) => {
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    });
    t.after(() => this.#server.closeAllConnections());
    t.after(() => this.#server.close());
  }

  async file(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    const { port } = this.#server.address() as AddressInfo;
    return JSON.stringify({ pid: process.pid, url: `http://127.0.0.1:${port}`, token: TOKEN });
  }

  async #answer(request: IncomingMessage): Promise<[number, unknown]> {
    if (request.url === "/status") return [200, "ok"];
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const body: unknown = JSON.parse(text);
    this.requests.push({ path: request.url ?? "", body, token: request.headers.authorization ?? "" });
    if (this.refusal !== null) return [this.refusal.status, { code: "refused", detail: this.refusal.message }];
    switch (request.url) {
      case "/api/tasks": {
        const { type, job, info } = createTaskRequest.parse(body);
        return [200, { tasks: [{ record_id: 7, id: "r7", type, job, info: info ?? "", meta: "" }] }];
      }
      case "/api/files/redrive": {
        const { ids, after } = redriveFilesRequest.parse(body);
        const results = (ids ?? [after + 1]).map((id) => ({
          id,
          path: "/in/a",
          matched: 1,
          taken: 0,
          waiting: 0,
          error: null,
          tasks: [{ record_id: id + 40, type: "a", job: "", info: "i" }],
        }));
        // Two turns for a filter.
        return [200, { results, next: ids === null && after === 0 ? 1 : null, up_to: 9 }];
      }
      case "/api/topics/done/messages":
      case "/api/topics/big/messages":
        return [200, { sent: publishRequest.parse(body).messages.length }];
      default: {
        const { ids } = redriveRequest.parse(body);
        return [200, { redriven: ids === "all" ? 2 : ids.length }];
      }
    }
  }
}

const CONFIG = {
  "flowlord.toml": 'workflow = "./flows"\ntimezone = "UTC"\n',
  "flows/a.toml": '[[phase]]\ntask = "a"\nrule = "cron=@daily"\n',
};

async function started(t: TestContext): Promise<{ instance: FakeInstance; place: Place }> {
  const instance = new FakeInstance(t);
  const location = new Place(t, { ...CONFIG, "tasks.db.instance": await instance.file() });
  return { instance, place: location };
}

test("run, send and redrive go through the running instance, with its token", async (t) => {
  const { instance, place: location } = await started(t);
  const made = await location.run(["trigger", "a:b", "--at", "2026-01-31", "--info", "i", "--workflow", "a.toml"]);
  assert.deepEqual(made, { code: 0, out: "created a:b i  (record 7, id r7)\n", err: "" });
  assert.deepEqual(await location.run(["publish", "done"], "x\ny\n"), {
    code: 0,
    out: "2 messages to done\n",
    err: "",
  });
  assert.equal((await location.run(["dead-letters", "redrive", "--all"])).out, "2 dead letters redriven\n");
  location.write("corrected.json", "{ }\r\n");
  assert.equal(
    (await location.run(["dead-letters", "redrive", "3", "--payload", "corrected.json", "--reason", "repaired"])).err,
    "",
  );
  assert.deepEqual(instance.requests, [
    {
      path: "/api/tasks",
      body: {
        type: "a",
        job: "b",
        workflow: "a.toml",
        at: "2026-01-31",
        info: "i",
        meta: "",
        now: false,
        row: "",
        reason: "",
      },
      token: `Bearer ${TOKEN}`,
    },
    { path: "/api/topics/done/messages", body: { messages: ["x", "y"], reason: "" }, token: `Bearer ${TOKEN}` },
    { path: "/api/dead-letters/redrive", body: { ids: "all", payload: null, reason: "" }, token: `Bearer ${TOKEN}` },
    {
      path: "/api/dead-letters/redrive",
      body: { ids: [3], payload: "{ }", reason: "repaired" },
      token: `Bearer ${TOKEN}`,
    },
  ]);
});

test("files redrive asks the running instance turn by turn", async (t) => {
  const { instance, place: location } = await started(t);
  const many = Array.from({ length: 201 }, (_, n) => String(n + 1));
  const byId = await location.run(["files", "redrive", ...many, "--force"]);
  assert.deepEqual([byId.code, byId.err], [0, ""]);
  assert.match(
    byId.out,
    /^event 1 {2}\/in\/a: a \(record 41\) {2}i\n[\s\S]*\n201 events scanned, 201 tasks created\n$/,
  );
  const byFilter = await location.run(["files", "redrive", "--unmatched", "--since", "2026-01-31", "--dry-run"]);
  assert.equal(byFilter.err, "1 events so far, 1 tasks\n");
  assert.match(byFilter.out, /\n2 events scanned, 2 tasks would be created\n$/);
  const requested = instance.requests.map(({ body }) => body as Record<string, unknown>);
  assert.deepEqual(
    requested.map(({ ids, force }) => [(ids as number[] | null)?.length ?? null, force]),
    [
      [200, true],
      [1, true],
      [null, false],
      [null, false],
    ],
  );
  assert.deepEqual(requested[3], {
    ids: null,
    matched: false,
    state: null,
    type: null,
    job: null,
    workflow: null,
    task_time: null,
    path: null,
    since: "2026-01-31T00:00:00Z",
    until: null,
    after: 1,
    up_to: 9,
    force: false,
    dry_run: true,
    reason: "",
  });
});

test("many lines and large ones go in several requests", async (t) => {
  const { instance, place: location } = await started(t);
  const large = "x".repeat(5 * 1024 * 1024);
  const sent = await location.run(
    ["publish", "big", "--json"],
    [...Array.from({ length: 1500 }, String), large, large].join("\n"),
  );
  assert.deepEqual(jsonLines(sent.out), [{ topic: "big", sent: 1502 }]);
  const sizes = instance.requests.map(({ body }) => publishRequest.parse(body).messages.length);
  assert.equal(
    sizes.reduce((sum, size) => sum + size, 0),
    1502,
  );
  assert.ok(sizes.length >= 3);
});

test("what the instance refuses is said in its words", async (t) => {
  const { instance, place: location } = await started(t);
  instance.refusal = { status: 404, message: "There is no phase for a." };
  const { code, err } = await location.run(["trigger", "a"]);
  assert.equal(code, 1);
  assert.equal(err, "flowlord: There is no phase for a.\n");
});

test("a file that a killed instance left behind is passed over", async (t) => {
  const location = new Place(t, {
    ...CONFIG,
    "tasks.db.instance": JSON.stringify({ pid: 1, url: "http://127.0.0.1:1", token: TOKEN }),
  });
  const { code, err } = await location.run(["trigger", "a"]);
  assert.equal(code, 0);
  assert.match(err, /No instance is running/);
});

test("an instance without a server is not gone around", async (t) => {
  const location = new Place(t, CONFIG);
  const { openDirect } = await import("../../src/app/offline.ts");
  const { options } = loadConfig({ file: null, flags: new Map(), env: {}, cwd: location.dir, readFile: () => "" });
  const held = await openDirect(options, "ada");
  t.after(() => held.close());
  const { code, err } = await location.run(["trigger", "a"]);
  assert.equal(code, 1);
  assert.match(err, /^flowlord: Database .*another Flowlord is running on it/);
});

const WITHOUT_INSTANCE = {
  "flowlord.toml": 'workflow = "./flows"\ntimezone = "UTC"\nfile_topic = "files"\n[alerts]\nfile_unmatched = true\n',
  "flows/a.toml": '[[phase]]\ntask = "a"\nrule = "files=/in/*.csv"\n',
};

test("send done without an instance: nothing goes to a failed topic on which nobody can listen", async (t) => {
  const location = new Place(t, WITHOUT_INSTANCE);
  const outboxAfter = async (): Promise<readonly OutboxRow[]> => {
    assert.equal((await location.run(["run", "a"])).code, 0);
    const [task] = jsonLines((await location.run(["tasks", "-n", "1", "--json"])).out);
    const { id, type, created, meta } = task ?? {};
    const failed = { type, id, created, meta, result: "error", msg: "broken" };
    assert.equal((await location.run(["send", "done"], `${JSON.stringify(failed)}\n`)).code, 0);
    const { options } = loadConfig({
      file: "flowlord.toml",
      flags: new Map(),
      env: {},
      cwd: location.dir,
      readFile: () => readFileSync(join(location.dir, "flowlord.toml"), "utf8"),
    });
    const store = await openStore(options, {
      runtime: { now: () => location.now, newId: () => "test" },
      readsInThread: false,
      import: null,
    });
    const rows = await store.claimOutbox(Date.now() + 1000, 1000, []);
    await store.close();
    return rows.filter(({ topic }) => topic === "retry-failed");
  };
  assert.deepEqual(await outboxAfter(), []);
  // A worker for that type may listen when `serve` starts: then it is sent on.
  location.write(
    "flowlord.toml",
    `${WITHOUT_INSTANCE["flowlord.toml"]}[[worker]]\ntype = "retry-failed"\nexec = ["true"]\n`,
  );
  assert.equal((await outboxAfter()).length, 1);
});

test("a command that is the first of a newer version keeps the database as it was, and says where; --set does without", async (t) => {
  const location = new Place(t, WITHOUT_INSTANCE);
  const copies = (): readonly string[] => readdirSync(location.dir).filter((name) => name.includes("before-migration"));
  const path = join(location.dir, "tasks.db");
  writeOldDatabase(path, 37, 0);
  const first = await location.run(["run", "a"]);
  assert.equal(first.code, 0, first.err);
  assert.match(
    first.err,
    /^The database is kept as it is, with schema 37, as .*tasks\.db\.before-migration-\d{8}T\d{6}Z-schema-37\.$/m,
  );
  assert.equal(copies().length, 1);
  rmSync(path);
  writeOldDatabase(path, 36, 0);
  const without = await location.run(["run", "a", "--set", "sqlite.migration_copies=0"]);
  assert.deepEqual([without.code, without.err.includes("kept as it is")], [0, false]);
  assert.equal(copies().length, 1);
});

test("send files without an instance raises the alert for a file that no phase takes", async (t) => {
  const location = new Place(t, WITHOUT_INSTANCE);
  const sent = await location.run(["send", "files"], '{"path":"/in/a.csv"}\n{"path":"/out/b.csv"}\n');
  assert.equal(sent.code, 0);
  const alerts = jsonLines((await location.run(["alerts", "--json"])).out);
  assert.deepEqual(
    alerts.map(({ type, message }) => [type, String(message).includes("/out/b.csv")]),
    [["file_unmatched", true]],
  );
});

test("trigger --wait streams the states of its tasks, those of their retries too, and its code is their result", async (t) => {
  const location = new Place(t, CONFIG);
  const alone = await location.run(["trigger", "a", "--wait"]);
  assert.equal(alone.code, 2);
  assert.match(alone.err, /No instance is running, so there is nothing to wait for/);
  for (let made = 0; made < 7; made++) await location.run(["trigger", "a"]);
  await location.run(["mark", "7", "error", "--reason", "broken", "--yes"]);
  const instance = new FakeInstance(t);
  const file = await instance.file();
  location.write("tasks.db.instance", file);
  // The instance says that it made record 7.
  const failed = await location.run(["trigger", "a", "--wait", "--row", "r=e u", "--at", "yesterday"]);
  assert.deepEqual([failed.code, failed.err], [1, ""]);
  assert.match(failed.out, /^created a.*\na record 7: error {2}broken\n$/);
  assert.partialDeepStrictEqual(instance.requests.at(-1)?.body, { row: "r=e%20u", at: "yesterday" });
  location.write("tasks.db.instance", "");
  await location.run(["retry", "7", "--yes"]);
  await location.run(["mark", "7", "complete", "--reason", "done", "--yes"]);
  location.write("tasks.db.instance", file);
  const { code, out } = await location.run(["trigger", "a", "--wait", "--json"]);
  assert.equal(code, 0);
  const last = jsonLines(out).at(-1);
  assert.deepEqual([last?.["record_id"], last?.["attempt"], last?.["result"]], [8, 1, "complete"]);
});
