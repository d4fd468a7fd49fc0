import { dirname, join, resolve } from "node:path";
import { HOUR, SECOND } from "../../contract/time/time-units.ts";
import { nearName } from "../../core/text/near-name.ts";
import { isZone } from "../../core/time/zone.ts";
import type { Building } from "./building.ts";
import { ConfigError, type ConfigIssue } from "../read/issue.ts";
import { buildAuth } from "./auth-options.ts";
import { buildBackup } from "./backup-options.ts";
import { buildThresholds } from "./threshold-options.ts";
import { buildNotices } from "./channel-options.ts";
import { buildLinks } from "./link-options.ts";
import { buildLog, buildTaskLogs } from "./log-options.ts";
import { buildNats, pubsubAckDeadlineOf } from "./broker-options.ts";
import { buildArchive, buildRetention } from "./retention-options.ts";
import { buildRedact } from "./redact-options.ts";
import { checkNotYet } from "./not-yet.ts";
import { buildNsq } from "./nsq-options.ts";
import { buildOidc, buildPublicUrl } from "./oidc-options.ts";
import { buildTls } from "./tls-options.ts";
import { BUS_KINDS, type BusKind, type BusOptions, type Options, type SqliteOptions } from "../options.ts";
import type { Settings } from "../read/settings.ts";
import { buildWatch } from "./watch-options.ts";
import { buildWorker } from "./worker-options.ts";

export interface BuiltOptions {
  readonly options: Options;
  readonly warnings: readonly ConfigIssue[];
}

/** Turns checked values into options. Relative paths start at `cwd`. Throws ConfigError with every error. */
export function buildOptions(settings: Settings, cwd: string): BuiltOptions {
  const issues: ConfigIssue[] = [];
  const warnings: ConfigIssue[] = [];
  // With it a config can name files beside it, wherever Flowlord is started.
  const configDir = settings.location === "" ? cwd : dirname(resolve(cwd, settings.location));
  const filled = (text: string) => text.replaceAll("{config_dir}", configDir);
  const absolute = (text: string) => (text === "" || text.includes("://") ? text : resolve(cwd, filled(text)));
  const build: Building = {
    settings,
    filled,
    path: (key) => absolute(settings.text(key)),
    millis: (key) => millisOf(settings.duration(key) ?? 0n),
    fail: (code, key, message, remedy) => issues.push(settings.issue("error", code, key, message, remedy)),
    warn: (code, key, message, remedy) => warnings.push(settings.issue("warning", code, key, message, remedy)),
  };
  const localPath = build.path("sqlite.local_path");
  const data = build.path("data") || dirname(localPath);
  const watches = indexes(settings, "watch").map((prefix) => buildWatch(build, prefix));
  const logDir = build.path("log_dir") || join(data, "logs");
  const redact = buildRedact(build);
  const workers = indexes(settings, "worker").map((prefix) => buildWorker(build, prefix, { logDir, cwd, redact }));
  const oidc = buildOidc(build);
  const options: Options = {
    workflow: build.path("workflow"),
    allowRemoval: settings.on("workflows.allow_removal"),
    web: { edit: settings.on("web.edit") },
    refresh: refreshOf(build),
    drainTimeout: Math.max(0, build.millis("drain_timeout")),
    doneTopic: doneTopicOf(build),
    fileTopics: fileTopicsOf(build, watches.length > 0),
    failedTopic: settings.text("failed_topic") === "-" ? "" : settings.text("failed_topic"),
    statusPort: portOf(build),
    host: settings.text("host"),
    listen: listenOf(build),
    insecure: settings.on("insecure"),
    auth: buildAuth(build),
    oidc,
    publicUrl: buildPublicUrl(build, oidc),
    tls: buildTls(build),
    redact,
    thresholds: buildThresholds(build),
    retention: buildRetention(build, retentionOf(build)),
    timezone: zoneNameOf(build),
    openTokens: openTokensOf(build),
    data,
    backfillTurn: backfillTurnOf(build),
    metaRoots: settings.list("meta_roots").map(absolute),
    ...buildNotices(build, indexes(settings, "channel")),
    links: buildLinks(build, indexes(settings, "link")),
    bus: busOf(build, data),
    file: {
      hosts: [...settings.list("file.hosts"), ...hostOf(settings.text("workflow"))],
      accessKey: settings.text("file.access_key"),
      secretKey: settings.text("file.secret_key"),
      compression: settings.text("file.file_compression"),
      useBuffer: settings.on("file.use_file_buf"),
      bufferDir: build.path("file.file_buf_dir"),
      keepFailedBuffer: settings.on("file.file_buf_keep_failed"),
    },
    sqlite: sqliteOf(build, localPath),
    backup: buildBackup(build, localPath, settings.text("timezone")),
    archive: buildArchive(build, localPath),
    log: buildLog(build),
    logs: buildTaskLogs(build, logDir, workers),
    instanceFile: `${localPath}.instance`,
    watches,
    workers,
  };
  checkWorkers(build, options);
  checkNotYet(build);
  if (issues.length > 0) throw new ConfigError(issues);
  return { options, warnings };
}

/** The server of `mc://host:port/…`, as URLs have it. */
function hostOf(path: string): readonly string[] {
  const [, scheme, host] = /^(mcs?):\/\/([^/]+)/i.exec(path) ?? [];
  const url = `${scheme?.toLowerCase() === "mcs" ? "https" : "http"}://${host}`;
  return host !== undefined && URL.canParse(url) ? [new URL(url).host] : [];
}

/** A task goes to one worker: `serve` could not choose between two. */
function checkWorkers(build: Building, { workers, doneTopic, fileTopics }: Options): void {
  const first = new Map<string, number>();
  for (const [index, { type, job }] of workers.entries()) {
    const key = `worker.${index}.type`;
    if (type.includes(":"))
      build.fail("bad_value", key, `worker.${index}: \`type\` has a colon`, "write the part behind it as `job`");
    else if (type !== "" && !/^[.a-zA-Z0-9_-]{1,64}$/.test(type)) {
      const message = `worker.${index}: \`type\` is no name that every bus takes for a topic`;
      build.warn("odd_type", key, message, "use 1 to 64 letters, digits, dots, dashes and underscores");
    }
    const own = type === doneTopic ? "done_topic" : fileTopics.includes(type) ? "file_topic" : null;
    if (own !== null) {
      const message = `worker.${index}: \`type\` is \`${own}\`, whose messages Flowlord itself reads`;
      build.warn("own_topic", key, message, "name the type of task that it runs");
    }
    const name = JSON.stringify([type, job]);
    const other = first.get(name);
    if (other === undefined) first.set(name, index);
    else if (type !== "") {
      const message = `worker.${index} runs the same tasks as worker.${other}`;
      build.fail(
        "worker_twice",
        key,
        message,
        "remove one, and raise the `concurrency` of the other if more should run",
      );
    }
  }
}

function millisOf(ns: bigint): number {
  if (ns <= 0n) return Number(ns / 1_000_000n);
  return Math.max(1, Number(ns / 1_000_000n));
}

function indexes(settings: Settings, section: string): readonly string[] {
  return Array.from({ length: settings.counts.get(section) ?? 0 }, (_, index) => `${section}.${index}`);
}

function openTokensOf(build: Building): "send" | "refuse" {
  const text = build.settings.text("open_tokens");
  if (text !== "send" && text !== "refuse")
    build.fail("bad_value", "open_tokens", "`open_tokens` is neither send nor refuse", "write one of send, refuse");
  return text === "refuse" ? "refuse" : "send";
}

function backfillTurnOf(build: Building): number {
  const turn = build.settings.integer("backfill_turn");
  if (turn < 1) build.fail("bad_value", "backfill_turn", "`backfill_turn` is below 1", "write 1 or more, as in 10");
  return turn;
}

function refreshOf(build: Building): number {
  const refresh = build.millis("refresh");
  if (refresh <= 0) return 0;
  if (refresh >= SECOND) return refresh;
  build.warn(
    "too_short",
    "refresh",
    "`refresh` below one second counts as one second",
    'a number without unit counts nanoseconds: write "15m"',
  );
  return SECOND;
}

function doneTopicOf(build: Building): string {
  const topic = build.settings.text("done_topic");
  if (topic === "")
    build.fail("bad_value", "done_topic", "`done_topic` is empty", "remove the key for the topic `done`, or name one");
  return topic;
}

/** One text, as in the older program: several topics, separated by commas. */
function fileTopicsOf(build: Building, hasWatches: boolean): readonly string[] {
  const names = build.settings.text("file_topic").split(",");
  const topics = new Set(names.map((name) => name.trim()).filter((name) => name !== ""));
  if (topics.size === 0 && hasWatches) topics.add("files");
  return [...topics];
}

function portOf(build: Building): number {
  const port = build.settings.integer("status_port");
  if (port < 0 || port > 65535) {
    build.fail(
      "bad_value",
      "status_port",
      "`status_port` is not a port number",
      "write a number from 1 to 65535, or 0 for no server",
    );
  }
  return port;
}

function listenOf(build: Building): string {
  const listen = build.settings.text("listen");
  if (listen === "")
    build.fail("bad_value", "listen", "`listen` is empty", "write 127.0.0.1, or set status_port = 0 for no server");
  return listen;
}

function zoneNameOf(build: Building): string | null {
  const zone = build.settings.text("timezone");
  if (zone === "") return null;
  if (!isZone(zone))
    build.fail(
      "bad_zone",
      "timezone",
      "`timezone` is not an IANA time zone",
      'write one as in "Europe/Berlin" or "UTC"',
    );
  return zone;
}

function busOf(build: Building, data: string): BusOptions {
  const { settings } = build;
  const kind = kindOf(build, "bus.bus", "memory");
  return {
    inKind: kindOf(build, "bus.in_bus", kind),
    outKind: kindOf(build, "bus.out_bus", kind),
    nsqdHosts: settings.list("bus.nsqd_hosts"),
    lookupdHosts: settings.list("bus.lookupd_hosts"),
    nsq: buildNsq(build),
    pubsubHost: settings.text("bus.pubsub_host"),
    projectId: settings.text("bus.project_id"),
    jsonAuth: settings.text("bus.json_auth"),
    pubsubAckDeadline: pubsubAckDeadlineOf(build),
    nats: buildNats(build),
    path: build.path("bus.path") || join(data, "bus"),
    rotateSize: settings.integer("bus.rotate_size"),
  };
}

function kindOf(build: Building, key: string, otherwise: BusKind): BusKind {
  const text = build.settings.text(key);
  if (text === "") return otherwise;
  const kind = BUS_KINDS.find((known) => known === text);
  if (kind !== undefined) return kind;
  const near = nearName(text, BUS_KINDS);
  const remedy = near === null ? `write one of ${BUS_KINDS.join(", ")}` : `did you mean \`${near}\`?`;
  build.fail("bad_value", key, `\`${key}\`: there is no bus of that name`, remedy);
  return otherwise;
}

function sizeOf(build: Building, key: string): number {
  const bytes = build.settings.integer(key);
  if (bytes < 0) build.fail("bad_value", key, `\`${key}\` is below 0`, 'write it as in "10GB"; 0 = none');
  return bytes;
}

/** Null: the default, which depends on more than the configuration. */
function ownSize(build: Building, key: string): number | null {
  return build.settings.isSet(key) ? sizeOf(build, key) : null;
}

function sqliteOf(build: Building, localPath: string): SqliteOptions {
  const ttl = build.millis("sqlite.task_ttl");
  if (ttl < HOUR)
    build.warn(
      "too_short",
      "sqlite.task_ttl",
      "`sqlite.task_ttl` below one hour counts as one hour",
      'write it as in "4h"; a phase\'s own `timeout` may be shorter',
    );
  if (localPath === "")
    build.fail(
      "bad_value",
      "sqlite.local_path",
      "`sqlite.local_path` is empty",
      "name the database file, as in ./tasks.db",
    );
  return {
    localPath,
    migrationCopies: copiesOf(build),
    taskTtl: Math.max(ttl, HOUR),
    retention: retentionOf(build),
    maxSize: sizeOf(build, "sqlite.max_size"),
    disk: { alert: ownSize(build, "sqlite.disk_alert"), stop: ownSize(build, "sqlite.disk_stop") },
  };
}

const MAX_COPIES = 100;

function copiesOf(build: Building): number {
  const copies = build.settings.integer("sqlite.migration_copies");
  if (copies < 0 || copies > MAX_COPIES)
    build.fail(
      "bad_value",
      "sqlite.migration_copies",
      `\`sqlite.migration_copies\` is not from 0 to ${MAX_COPIES}`,
      "write it as in 2, or 0 for none",
    );
  return copies;
}

/** In the older program 0 meant "not set"; taken literally, it would delete everything. Null: for ever. */
function retentionOf(build: Building): number | null {
  const retention = build.millis("sqlite.retention");
  return retention < 0 ? null : retention === 0 ? 90 * 24 * HOUR : retention;
}
