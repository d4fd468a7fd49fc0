import { mkdirSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { configOf } from "../../../src/cli/find-config.ts";
import { lackingWorker } from "../../../src/config/lacks-worker.ts";
import type { Options } from "../../../src/config/options.ts";
import { ADMIN } from "../../../src/contract/api/access/grants.ts";
import { writeTaskReport } from "../../../src/contract/task-report.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../../src/contract/time/time-units.ts";
import { accessControl } from "../../../src/engine/access/access-control.ts";
import { Passwords } from "../../../src/engine/access/secrets.ts";
import { backfillControl } from "../../../src/engine/backfill/backfill-control.ts";
import { handleDone } from "../../../src/engine/handle-done.ts";
import { noteControl } from "../../../src/engine/notes/note-control.ts";
import { pauseControl } from "../../../src/engine/steering/pauses.ts";
import { arrive, deliver, fireAt, phase, report, rootTask, schedule, takeSent } from "../../engine/rig/drive.ts";
import { openRig, type Rig } from "../../engine/rig/rig.ts";
import { serveRig } from "../../http/served-rig.ts";
import { logTask, writeLog } from "../../task-logs/fixture.ts";
import { Place, type Ran } from "../harness.ts";

const CONFIG = `
timezone = "Europe/Berlin"
workflow = "{config_dir}/workflows"
[sqlite]
local_path = "{config_dir}/tasks.db"
[bus]
bus = "null"
[[worker]]
type = "load"
exec = ["true"]
[[worker]]
type = "tail"
http = "http://localhost:1/x"
[[link]]
name = "logs"
url = "https://logs.example.com/search?run={id}&day={day}"
[[channel]]
name = "ops"
kind = "webhook"
url = "https://hooks.example.com/x"
severities = ["critical"]
`;

/** Phases of every kind, in two files of the same name. */
const WORKFLOWS = {
  "sales/flow.toml":
    phase("load:daily", {
      cron: "0 5 * * *",
      template: "?day={yyyy}-{mm}-{dd}",
      retry: 1,
      owner: "team sales",
      description: "Loads the day.",
      runbook: "https://runbooks.example.com/load",
    }) +
    phase("clean", { dependsOn: "load:daily", template: "?from={meta:file}" }) +
    phase("quarter", { cron: "*/15 * * * *", template: "?at={hh}:{min}" }) +
    phase("fan", { cron: "30 6 * * *", meta: "n:1,2,3", template: "?n={meta:n}" }),
  "stock/flow.toml":
    phase("load:daily", { cron: "0 7 * * *", timezone: "America/New_York", template: "?day={yyyy}-{mm}-{dd}" }) +
    phase("files", { files: "gs://in/*/*/*.csv", template: "{SCHEME}" }) +
    phase("tail", { dependsOn: "files" }),
};

const VERIFIED = {
  changes: 5,
  object: "snapshots/x.db.zst",
  object_version: "1",
  schema_version: 34,
  database_bytes: 2_000_000,
  object_bytes: 1_234_567,
  database_sha256: "a",
  object_sha256: "b",
  encrypted: 1,
  table_rows: '{"task_records":7}',
  snapshot_ms: 1,
  upload_ms: 2,
  verify_ms: 3,
} as const;

/** A database with something of everything, a configuration that reads it, and an instance that serves it. */
export interface Seeded {
  readonly rig: Rig;
  readonly options: Options;
  readonly url: string;
  readonly here: (args: readonly string[], width?: number | null) => Promise<Ran>;
  /** `role`: of the key. */
  readonly there: (args: readonly string[], width?: number | null, role?: string) => Promise<Ran>;
}

export async function seeded(t: TestContext): Promise<Seeded> {
  const rig = await openRig({ workflows: WORKFLOWS, zone: "Europe/Berlin" });
  t.after(() => rig.close());
  const place = new Place(t, {});
  writeFileSync(join(rig.dir, "flowlord.toml"), CONFIG);
  await seed(rig);
  place.now = rig.now;
  const { options } = configOf({ config: join(rig.dir, "flowlord.toml") }, {
    env: {},
    cwd: rig.dir,
    hideSecrets: () => undefined,
  } as never);
  const served = serveRig(t, rig, {
    channels: options.channels,
    workers: () => options.workers,
    links: options.links,
    noWorker: (task) => lackingWorker(task, options)?.sentence ?? null,
    logDirs: options.logs.dirs,
    mayReadMeta: async () => true,
    workflowsRead: () => ({ readAt: null, nextReadAt: null }),
  });
  await served.app.listen({ port: 0, host: "127.0.0.1" });
  const url = `http://127.0.0.1:${(served.app.server.address() as AddressInfo).port}`;
  return {
    rig,
    options,
    url,
    here: (args, width = null) => {
      Object.assign(place, { env: {}, width, now: rig.now });
      return place.run([...args, "-c", join(rig.dir, "flowlord.toml")]);
    },
    there: (args, width = null, role = "admin") => {
      Object.assign(place, { env: { FLOWLORD_SERVER: url, FLOWLORD_KEY: role }, width, now: rig.now });
      return place.run(args);
    },
  };
}

async function seed(rig: Rig): Promise<void> {
  const { context } = rig;
  const start = Date.UTC(2026, 10, 24, 3, 30);
  rig.now = start;
  const scheduler = await schedule(rig);
  const [first] = (await fireAt(rig, scheduler, Date.UTC(2026, 10, 24, 4, 0, 1))).filter(({ type }) => type === "load");
  if (first === undefined) throw new Error("nothing was fired");
  rig.store.outboxSent(rig.sent);
  const times = { started: "2026-11-24T04:00:02Z", ended: "2026-11-24T04:03:12Z" };
  await report(rig, first, "error", { ...times, msg: "the disk is full" });
  rig.now += 2 * MINUTE;
  await rig.sweep();
  const [again] = takeSent(rig).filter(({ type }) => type === "load");
  if (again !== undefined) await report(rig, again, "complete", { ...times, msg: "loaded 12 rows" });
  await fireAt(rig, scheduler, Date.UTC(2026, 10, 24, 12, 0, 1));
  await arrive(rig, "gs://in/2026/11/a.csv", "gs://in/2026/11/a.csv", "gs://in/2026/b.csv", "gs://out/[x]*.txt");
  rig.now += 5 * SECOND;
  await rig.sweep();
  const running = takeSent(rig);
  rig.store.outboxSent(rig.sent);
  for (const task of running.slice(0, 2)) {
    const said = {
      progress: 0.25,
      worker: "w",
      host: "host-1",
      pid: 7,
      log: "/far/x.log",
      leaseMs: null,
      requeued: false,
    };
    const payload = writeTaskReport(task, { ...said, message: "half way" } as never);
    await handleDone([{ topic: "done", payload }], context);
  }
  const [elsewhere] = running.filter(({ meta }) => meta.includes("stock"));
  if (elsewhere === undefined) throw new Error("nothing was sent for New York");
  const late = { started: "2026-11-24T12:00:02Z", ended: "2026-11-24T12:00:04Z" };
  await report(rig, elsewhere, "alert", { ...late, msg: "no connection" });
  await deliver(rig, [rootTask(rig, { id: "run-9", result: "warn", msg: "line one", meta: "api_key=hunter2hunter2" })]);
  await handleDone(
    [
      { topic: "done", payload: "{nonsense" },
      { topic: "done", payload: "[]" },
    ],
    context,
  );
  const notes = noteControl(context);
  const note = (kind: "task" | "file" | "alert" | "phase" | "day", key: string, workflow: string | null = null) =>
    notes.add({ target: { kind, key, workflow }, text: `about ${kind} ${key}`, by: "ann" });
  await note("task", "1");
  await note("file", "1");
  await note("alert", "1");
  await note("phase", "quarter");
  await note("phase", "load:daily", "stock/flow.toml");
  await note("day", "2026-11-24");
  const person = { by: "ann", note: "looked at" };
  await rig.store.alerts.acknowledge([1], person, rig.now);
  const matcher = { alerts: [], types: ["load*"], jobs: [], workflows: [], severities: [], labels: {} };
  const silence = { author: "ann", reason: "moving", matcher };
  await rig.store.alerts.addSilence(
    { ...silence, alertId: null, startsAt: rig.now - HOUR, endsAt: rig.now + HOUR },
    rig.now,
  );
  await rig.store.alerts.addSilence(
    { ...silence, alertId: 1, startsAt: rig.now - HOUR, endsAt: rig.now - MINUTE },
    rig.now - HOUR,
  );
  const backfills = backfillControl(context, () => undefined);
  const asked = { type: "load", job: "daily", workflow: "sales/flow.toml", from: "2026-11-01", to: "2026-11-05" };
  await backfills.create({
    ...asked,
    step: null,
    order: "oldest",
    meta: null,
    meta_file: "",
    only: "missing",
    children: false,
    max_active: 2,
    stop_on_failure: false,
    total: 5,
    by: "ann",
    reason: "late",
  });
  const pauses = pauseControl(context, async () => void (await rig.reload()));
  const until = rig.now + DAY;
  await pauses.pause({
    type: "quarter",
    job: null,
    workflow: null,
    until,
    by: "ann",
    reason: "the warehouse is moved",
  });
  const { backups } = rig.store;
  for (const id of ["verified", "failed", "running"]) {
    await backups.begin({ id, reason: "hand", target: "s3://bucket/flowlord" }, (rig.now += SECOND));
    if (id === "failed") await backups.failed(id, "the bucket is away", rig.now + SECOND);
    if (id === "verified") await backups.verified(id, VERIFIED, rig.now + SECOND);
  }
  const access = accessControl({ ...context, passwords: new Passwords({ ln: 4, p: 1 }) });
  await access.addUser({ name: "ada", role: "admin", password: "correct horse battery" });
  await access.addKey({ name: "deploy", role: "operator", expiresAt: rig.now + DAY, by: "ada", within: ADMIN });
  const { id } = await access.addKey({ name: "old", role: "viewer", expiresAt: null, by: "ada", within: ADMIN });
  await access.revokeKey(id);
  const entry = {
    who: "ada",
    via: "session",
    address: "::1",
    requestId: "r",
    target: "/api/x",
    outcome: "done",
  } as const;
  await rig.store.access.audit({ ...entry, act: "POST /api/x", before: null, after: '{"b":1,"a":[2]}' }, rig.now);
  const [logged] = await rig.store.reads.logs.tasks("1");
  if (logged === undefined) throw new Error("there is no record 1");
  mkdirSync(join(rig.dir, "logs"), { recursive: true });
  writeLog(join(rig.dir, "logs"), logTask({ ...logged }), "one\ntwo\nthree\n", ".log", logged.decided_at);
  while ((await rig.store.indexSearch(1000)).isMore);
}
