import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect as connectTo, createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { freePort, Place, type Process, rows, until } from "../e2e/flowlord.ts";
import { startNsqd } from "../servers/nsq.ts";
import { connect } from "../../src/store/sqlite/database/connection.ts";
import { smallDisk } from "../support/small-disk.ts";

/** A stop takes no longer, whatever hangs; and a second for the system to end the process. */
const WITHIN_MS = 11_000;

const FLOW = `
[[phase]]
task = "second"
cron = "* * * * * *"

[[phase]]
task = "rows"
cron = "* * * * * *"
meta-file = "ROWS"
`;

interface Serving {
  readonly place: Place;
  readonly port: number;
  readonly flowlord: Process;
  readonly database: string;
}

async function serving(t: TestContext, bus: string, folder: string | null = null): Promise<Serving> {
  const port = await freePort();
  const place = new Place(t, { "rows.json": '{"n":"1"}\n' });
  place.write("flow.toml", FLOW.replace("ROWS", place.path("rows.json")));
  const database = join(folder ?? place.path("data"), "tasks.db");
  place.write(
    "flowlord.toml",
    `workflow = "{config_dir}/flow.toml"\nstatus_port = ${port}\n[bus]\n${bus}\n[sqlite]\nlocal_path = "${database}"\n`,
  );
  const flowlord = place.flowlord(["serve", "-c", "flowlord.toml"]);
  await flowlord.says("Ctrl-C stops it");
  return { place, port, flowlord, database };
}

/** SIGTERM, as a supervisor sends it. Returns how long it took. */
async function terminated(t: TestContext, flowlord: Process): Promise<number> {
  const begun = performance.now();
  process.kill(flowlord.pid, "SIGTERM");
  await Promise.race([
    flowlord.ended,
    pause(WITHIN_MS, undefined, { ref: false }).then(() =>
      assert.fail(`it does not end:\n${flowlord.out}${flowlord.err}`),
    ),
  ]);
  const took = performance.now() - begun;
  t.diagnostic(flowlord.err);
  t.diagnostic(`stopped within ${Math.round(took)} ms: ${JSON.stringify(await flowlord.ended)}`);
  return took;
}

async function client(t: TestContext, port: number, text: string): Promise<Socket> {
  const socket = connectTo(port, "127.0.0.1");
  socket.on("error", () => undefined);
  t.after(() => socket.destroy());
  await once(socket, "connect");
  socket.write(text);
  return socket;
}

const FILE_BUS = `bus = "file"\npath = "{config_dir}/bus"`;

test("stops at once for a client that only connected, and one that has its answer", async (t) => {
  const { port, flowlord } = await serving(t, FILE_BUS);
  await client(t, port, "");
  const answered = await client(t, port, "GET /status HTTP/1.1\r\nhost: localhost\r\n\r\n");
  await once(answered, "data");
  assert.ok((await terminated(t, flowlord)) < 3000);
  assert.equal((await flowlord.ended).code, 0);
});

test("stops after a second for half a request and for answers that nobody reads", async (t) => {
  const { port, flowlord } = await serving(t, FILE_BUS);
  await client(t, port, "POST /api/tasks HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{");
  await client(t, port, "GET /sta");
  const unread = await client(t, port, "GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(2000));
  unread.pause();
  await pause(500);
  assert.ok((await terminated(t, flowlord)) < 5000);
  assert.equal((await flowlord.ended).code, 0);
});

test(
  "stops while a meta-file hangs, and the other phase goes on before",
  { skip: process.platform !== "linux" },
  async (t) => {
    const { flowlord, database } = await serving(t, FILE_BUS);
    const count = (type: string): number =>
      rows<{ n: number }>(database, "SELECT count(*) AS n FROM task_records WHERE type = ?", type)[0]?.n ?? 0;
    await until(() => count("rows") > 0);
    for (const pid of readersOf(flowlord.pid)) process.kill(pid, "SIGSTOP");
    const before = { second: count("second"), rows: count("rows") };
    await until(() => count("second") >= before.second + 4);
    assert.ok(count("rows") <= before.rows + 1, "the rows are not read");
    assert.ok((await terminated(t, flowlord)) < 3000);
    assert.equal((await flowlord.ended).code, 0);
  },
);

test("a pipe and a device as meta-file are an alert of their phase, and the stop is clean", async (t) => {
  const { place, flowlord, database } = await serving(t, FILE_BUS);
  execFileSync("mkfifo", [place.path("pipe")]);
  for (const path of [place.path("pipe"), "/dev/zero"]) {
    place.write("flow.toml", FLOW.replace("ROWS", path));
    await until(
      () => rows(database, "SELECT 1 FROM alert_records WHERE message LIKE ?", `%${path} is a pipe%`).length > 0,
    );
  }
  const count = (): number => rows(database, "SELECT 1 FROM task_records WHERE type = 'second'").length;
  const before = count();
  await until(() => count() >= before + 2);
  assert.ok((await terminated(t, flowlord)) < 3000);
  assert.equal((await flowlord.ended).code, 0);
});

test("stops while another program has it locked on the database", async (t) => {
  const { flowlord, database } = await serving(t, FILE_BUS);
  const other = connect(database, { readonly: false, cacheKib: 1024 });
  t.after(() => other.close());
  other.exec("BEGIN IMMEDIATE");
  await pause(1500);
  assert.ok((await terminated(t, flowlord)) < 5000);
  assert.deepEqual(await flowlord.ended, { code: 1, signal: null });
  assert.match(flowlord.err, /Stopping the database failed: .* another program has it locked/);
});

test("stops on a full disk", async (t) => {
  const folder = smallDisk(t, 16);
  if (folder === null) return;
  const { flowlord } = await serving(t, FILE_BUS, folder);
  for (const size of [1 << 20, 1 << 12, 1]) {
    try {
      for (;;) writeFileSync(join(folder, "filler"), Buffer.alloc(size), { flag: "a" });
    } catch (error) {
      assert.match(String(error), /ENOSPC/);
    }
  }
  await pause(2000);
  assert.ok((await terminated(t, flowlord)) < 5000);
  assert.deepEqual(await flowlord.ended, { code: 1, signal: null });
});

test("stops while the broker accepts connections and never answers", async (t) => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => void sockets.push(socket.on("error", () => undefined))).listen(
    0,
    "127.0.0.1",
  );
  await once(silent, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const { port } = silent.address() as AddressInfo;
  const { flowlord } = await serving(t, `bus = "nsq"\nnsqd_hosts = ["127.0.0.1:${port}"]`);
  await until(() => sockets.length > 0);
  await terminated(t, flowlord);
  assert.deepEqual(await flowlord.ended, { code: 0, signal: null });
});

test("stops while nsqd is frozen", async (t) => {
  const nsqd = await startNsqd(t);
  if (nsqd === null) return;
  const { port, flowlord } = await serving(t, `bus = "nsq"\nnsqd_hosts = ["${nsqd.tcp}"]`);
  await until(async () => (await fetch(`http://127.0.0.1:${port}/status`)).ok);
  nsqd.process.freeze();
  t.after(() => nsqd.process.thaw());
  await pause(2000);
  await terminated(t, flowlord);
  assert.deepEqual(await flowlord.ended, { code: 0, signal: null });
});

/** The processes that read files for this one. */
function readersOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const isChild = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === parent;
        return isChild && readFileSync(`/proc/${name}/cmdline`, "utf8").includes("file-reader.");
      } catch {
        // It ended meanwhile.
        return false;
      }
    })
    .map(Number);
}
