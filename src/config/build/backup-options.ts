import { isBucketScheme, schemeOf } from "../../contract/file-path.ts";
import { type CronSchedule, CronError, parseCron } from "../../core/cron/cron.ts";
import { isZone } from "../../core/time/zone.ts";
import { DAY, MINUTE, SECOND } from "../../contract/time/time-units.ts";
import type { BackupOptions, ContinuousOptions } from "../options.ts";
import { processZone } from "../process-zone.ts";
import type { Building } from "./building.ts";

const PRESETS: Readonly<Record<string, string>> = { hourly: "@hourly", daily: "@daily" };
const IDENTITY = /^AGE-SECRET-KEY-1[0-9A-Z]+$/i;
const MOST_KEPT = 10_000;
const ON_DIVERGENCE = ["stop", "local", "remote"] as const;
const ON_UNREACHABLE = ["stop", "continue"] as const;
/** The older program overwrote one file; backups are many, in a folder beside it. */
const PLAIN_COPY = /\.(?:db|sqlite3?)$/i;

/** Null: no backup is made. */
export function buildBackup(build: Building, localPath: string, zone: string): BackupOptions | null {
  const path = build.path("sqlite.backup_path");
  if (path === "") return null;
  checkBucketScheme(build, "sqlite.backup_path", path);
  const isFile = PLAIN_COPY.test(path);
  const scratch = build.path("backup.scratch");
  return {
    target: isFile ? `${path}.d` : path,
    plainCopy: isFile ? path : null,
    schedule: scheduleOf(build, isZone(zone) ? zone : processZone()),
    stopWithin: Math.max(0, build.millis("backup.stop_within")),
    key: keyOf(build),
    scratch: scratch === "" ? `${localPath}.scratch` : scratch,
    keep: {
      last: keptOf(build, "backup.keep_last"),
      hourly: keptOf(build, "backup.keep_hourly"),
      daily: keptOf(build, "backup.keep_daily"),
      weekly: keptOf(build, "backup.keep_weekly"),
      monthly: keptOf(build, "backup.keep_monthly"),
    },
    onDivergence: choiceOf(build, "backup.on_divergence", ON_DIVERGENCE),
    onUnreachable: choiceOf(build, "backup.on_unreachable", ON_UNREACHABLE),
    continuous: continuousOf(build, localPath),
  };
}

const LONGEST_MS = 400 * DAY;
const LEAST_SPOOL_BYTES = 64_000_000;

/** Null: `scheduled`. */
function continuousOf(build: Building, localPath: string): ContinuousOptions | null {
  const mode = build.settings.text("backup.mode");
  if (mode !== "scheduled" && mode !== "continuous")
    build.fail("bad_value", "backup.mode", "`backup.mode` is no mode", 'write "scheduled" or "continuous"');
  const maxSpool = build.settings.integer("backup.max_spool");
  if (maxSpool < LEAST_SPOOL_BYTES)
    build.fail("bad_value", "backup.max_spool", "`backup.max_spool` is below 64MB", 'write it as in "1GB"');
  const options = {
    pointInTime: between(build, "backup.point_in_time", MINUTE, LONGEST_MS, "from 1m to 400d"),
    every: between(build, "backup.ship_every", SECOND, MINUTE, "from 1s to 1m"),
    maxLag: between(build, "backup.max_lag", 10 * SECOND, DAY, "from 10s to 1d"),
    spool: `${localPath}.spool`,
    maxSpool,
  };
  return mode === "continuous" ? options : null;
}

function between(build: Building, key: string, least: number, most: number, range: string): number {
  const span = build.millis(key);
  if (span < least || span > most) build.fail("bad_value", key, `\`${key}\` is not ${range}`, `give a span ${range}`);
  return span;
}

/** A path of this key is a local one, or in a bucket. */
export function checkBucketScheme(build: Building, key: string, path: string): void {
  const scheme = schemeOf(path);
  if (scheme === null || isBucketScheme(scheme)) return;
  const message = `\`${key}\` has the unknown scheme ${scheme}://`;
  build.fail("bad_value", key, message, "use a folder, gs://, s3://, mc:// or mcs://");
}

function scheduleOf(build: Building, zone: string): CronSchedule | null {
  const text = build.settings.text("backup.schedule");
  if (text === "") return null;
  const schedule = parseCron(PRESETS[text] ?? text, zone);
  if (!(schedule instanceof CronError)) return schedule;
  build.fail(
    "bad_value",
    "backup.schedule",
    `\`backup.schedule\` is no schedule: ${schedule.message}`,
    'write it as in "hourly" or "30 2 * * *"',
  );
  return null;
}

function keyOf(build: Building): string | null {
  const key = build.settings.text("backup.key").trim();
  if (key === "") return null;
  if (!IDENTITY.test(key))
    build.fail(
      "bad_value",
      "backup.key",
      "`backup.key` is no age identity",
      "make one with age-keygen: it begins with AGE-SECRET-KEY-1",
    );
  return key;
}

function keptOf(build: Building, key: string): number {
  const count = build.settings.integer(key);
  if (count < 0 || count > MOST_KEPT)
    build.fail("bad_value", key, `\`${key}\` is not from 0 to ${MOST_KEPT}`, "write it as in 14, or 0 for none");
  return count;
}

function choiceOf<Choice extends string>(
  build: Building,
  key: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const text = build.settings.text(key);
  const choice = choices.find((each) => each === text);
  if (choice !== undefined) return choice;
  build.fail("bad_value", key, `\`${key}\` is not one of its values`, `write one of ${choices.join(", ")}`);
  return choices[0];
}
