import Database from "better-sqlite3";
import { DAY, MINUTE } from "../../src/contract/time/time-units.ts";

const START = Date.UTC(2026, 0, 1);
const KINDS = ["fetch:", "load:eu", "load:us", "clean:", "mail:", "report:daily"].map((kind) => kind.split(":"));

/** Mulberry32: the same history for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Line {
  readonly values: readonly string[];
}

/** Tasks over 90 days, a few a run, some failing and retried: as they are sent, and as they come back. */
function* lines(count: number, isLog: boolean): Generator<Line> {
  const random = randomFrom(7);
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join("");
  let made = 0;
  let run = "";
  while (made < count) {
    if (made % 4 === 0) run = `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
    const at = START + Math.floor((made / count) * 90 * DAY);
    const [type = "", job = ""] = KINDS[Math.floor(random() * KINDS.length)] ?? [];
    const hour = new Date(at).toISOString().slice(0, 13);
    const info = `gs://bucket/${type}/${hour.replaceAll(/[-T]/g, "/")}/part-${made % 97}.json.gz`;
    const meta = `workflow=group/${type}.toml&cron=${hour}${job === "" ? "" : `&job=${job}`}`;
    const attempts = random() < 0.03 ? 2 : 1;
    for (let attempt = 0; attempt < attempts && made < count; attempt += 1) {
      const created = at + attempt * MINUTE;
      const sent = [
        run,
        type,
        job,
        info,
        "",
        attempt === 0 ? meta : `${meta}&retry=${attempt}`,
        "",
        seconds(created),
        "",
        "",
      ];
      const isOpen = random() < 0.01;
      if (isLog || isOpen) {
        yield { values: sent };
        made += 1;
      }
      if (isOpen || made >= count) continue;
      const result = attempt < attempts - 1 ? "error" : "complete";
      const [started, ended] = [created + 2000, created + 2000 + Math.floor(random() * 300_000)];
      yield {
        values: [
          ...sent.slice(0, 4),
          result,
          sent[5] ?? "",
          result === "error" ? "connection reset" : "",
          seconds(created),
          seconds(started),
          seconds(ended),
        ],
      };
      made += 1;
    }
  }
}

function seconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

const COLUMNS = `id TEXT, type TEXT, job TEXT, info TEXT, result TEXT, meta TEXT, msg TEXT, created TIMESTAMP, started TIMESTAMP, ended TIMESTAMP`;

/** A file as the older program leaves it, with so many rows of tasks. */
export function writeLegacyHistory(path: string, shape: "a" | "b", count: number): void {
  const db = new Database(path);
  db.pragma("journal_mode = OFF");
  db.pragma("synchronous = OFF");
  db.exec(
    shape === "a"
      ? `CREATE TABLE task_log (${COLUMNS}, event_id TEXT); CREATE TABLE events (id TEXT PRIMARY KEY, completed BOOLEAN, last_update TIMESTAMP);`
      : `CREATE TABLE task_records (${COLUMNS}, PRIMARY KEY (type, job, id, created)); CREATE TABLE schema_version (id INTEGER PRIMARY KEY, version INTEGER); INSERT INTO schema_version VALUES (1, 2);`,
  );
  db.exec("BEGIN");
  const insert = db.prepare(
    shape === "a"
      ? "INSERT INTO task_log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)"
      : "INSERT OR REPLACE INTO task_records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  for (const { values } of lines(count, shape === "a")) insert.run(...values);
  if (shape === "a") db.exec("INSERT INTO events SELECT DISTINCT id, 1, '2026-01-01 00:00:00 +0000 UTC' FROM task_log");
  db.exec("COMMIT");
  db.close();
}
