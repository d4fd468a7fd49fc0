import assert from "node:assert/strict";
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { openStore } from "../../../src/app/open-store.ts";
import { StartCheck, type StartCheckIo } from "../../../src/app/restore/start-check.ts";
import { systemRuntime } from "../../../src/app/system-runtime.ts";
import { loadConfig } from "../../../src/config/load-config.ts";
import type { Options } from "../../../src/config/options.ts";
import { jsonLines, Place } from "../../cli/harness.ts";
import { rows } from "../../e2e/flowlord.ts";
import { RecordingLog } from "../log/recording-log.ts";

const FLOW = '[[phase]]\ntask = "a"\ncron = "0 5 * * *"\ntemplate = "?d={yyyy}-{mm}-{dd}"\n';

export interface Made {
  readonly id: string;
  readonly object: string;
  readonly started_at: string;
}

/** What a start left: what it said, and the names of the alerts in force. */
export interface Started {
  readonly log: RecordingLog;
  readonly said: string;
  readonly alerts: readonly string[];
}

/** A configuration with backups in a folder, and no instance. */
export class Installation {
  readonly place: Place;
  readonly #backup: string;

  /** `backup`: lines of `[backup]`. */
  constructor(t: TestContext, backup = "", backupPath = "backups") {
    this.#backup = backup;
    this.place = new Place(t, { "flow.toml": FLOW });
    this.place.write("flowlord.toml", this.#config(backupPath));
    this.place.now = Date.now();
  }

  #config(backupPath: string): string {
    return `workflow = "flow.toml"\ntimezone = "UTC"\n[bus]\nbus = "null"\n[sqlite]\nlocal_path = "tasks.db"\nbackup_path = "${backupPath}"\n[backup]\nschedule = ""\n${this.#backup}\n`;
  }

  get database(): string {
    return this.path("tasks.db");
  }

  path(name: string): string {
    return join(this.place.dir, name);
  }

  options(): Options {
    const read = { file: this.path("flowlord.toml"), readFile: () => readFileSync(this.path("flowlord.toml"), "utf8") };
    return loadConfig({ ...read, env: {}, flags: new Map(), cwd: this.place.dir }).options;
  }

  /** One task more, by hand: the database has recorded something. */
  async record(day: number): Promise<void> {
    const { code, err } = await this.place.run(["trigger", "a", "--at", `2026-01-${String(day).padStart(2, "0")}`]);
    assert.equal(code, 0, err);
  }

  async backUp(): Promise<Made> {
    const { code, out, err } = await this.place.run(["backup", "now", "--json"]);
    assert.equal(code, 0, err);
    return jsonLines(out)[0] as unknown as Made;
  }

  /** Tasks of the database. */
  tasks(path = this.database): number {
    return rows(path, "SELECT id FROM task_records").length;
  }

  lose(): void {
    for (const side of ["", "-wal", "-shm"]) rmSync(this.database + side, { force: true });
  }

  /** A copy of the database as it is now, that `putBack` makes it again. */
  copy(name: string): void {
    copyFileSync(this.database, this.path(name));
  }

  putBack(name: string): void {
    this.lose();
    copyFileSync(this.path(name), this.database);
  }

  /** Files of the database that were replaced. */
  aside(): readonly string[] {
    return readdirSync(this.place.dir).filter((name) => name.includes(".replaced-"));
  }

  /** What a restore leaves beside the database when it is not done. */
  left(): readonly string[] {
    return readdirSync(this.place.dir).filter((name) => /restor/.test(name));
  }

  manifestOf({ object }: Made): string {
    return this.path(`backups/${object.replace(/\.db\.zst(?:\.age)?$/, ".json")}`);
  }

  changeManifest(backup: Made, change: object): void {
    const path = this.manifestOf(backup);
    writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, "utf8")) as object), ...change }));
  }

  damage({ object }: Made): void {
    const path = this.path(`backups/${object}`);
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(path, bytes);
  }

  /** What `serve` does with the database at its start, and the database closed again. Throws what refuses the start. */
  async start(io: Partial<StartCheckIo> = {}): Promise<Started> {
    const log = new RecordingLog();
    const runtime = systemRuntime("UTC");
    const { signal } = new AbortController();
    const check = new StartCheck(this.options(), { runtime, log, signal, ...io });
    const print = (line: string): void => log.info("import", line);
    const store = await openStore(this.options(), {
      runtime,
      readsInThread: false,
      beforeOpen: (path) => check.beforeOpen(path),
      import: { print },
    });
    try {
      await check.afterOpen(store);
    } finally {
      await store.close();
    }
    const alerts = rows<{ type: string; message: string }>(
      this.database,
      "SELECT type, message FROM alert_records WHERE state = 'open' ORDER BY id",
    );
    return {
      log,
      said: log.lines.map(({ sentence }) => sentence).join("\n"),
      alerts: alerts.map(({ type, message }) => `${type}: ${message}`),
    };
  }

  isThere(): boolean {
    return existsSync(this.database);
  }
}
