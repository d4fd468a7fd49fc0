import { HOUR } from "../../src/contract/time/time-units.ts";
import type { Chance } from "./chance.ts";

/** What a worker will say of a task. Null: nothing, ever. */
export interface Drawn {
  readonly result: string;
  readonly msg: string;
}

/** A time in which most tasks of one job fail. */
export interface Incident {
  readonly job: string;
  readonly from: number;
  readonly until: number;
  readonly rate: number;
  readonly msg: string;
}

const CAUSES = [
  "connection refused",
  "too many connections",
  "no space left on device",
  "certificate has expired",
  "permission denied",
];

/** About one in five days. */
export function incidentsOf(jobs: readonly string[], from: number, until: number, chance: Chance): readonly Incident[] {
  const incidents: Incident[] = [];
  const count = Math.max(1, Math.round((until - from) / (120 * HOUR)));
  for (let index = 0; index < count; index += 1) {
    const start = from + chance.next() * (until - from);
    const host = `db-${String(chance.below(12)).padStart(2, "0")}.example.net`;
    incidents.push({
      job: chance.pick(jobs),
      from: start,
      until: start + (0.5 + 4 * chance.next()) * HOUR,
      rate: 0.5 + 0.4 * chance.next(),
      msg: `${chance.pick(CAUSES)} by ${host}`,
    });
  }
  return incidents;
}

/** The outcome of one attempt. A task that failed once is likelier to fail again. */
export function draw(errorRate: number, attempt: number, incident: Incident | undefined, chance: Chance): Drawn | null {
  const rate = incident?.rate ?? Math.min(0.5, errorRate * (attempt === 0 ? 1 : 25));
  const fate = chance.next();
  if (fate < rate) return { result: "error", msg: incident?.msg ?? errorText(chance) };
  const rest = chance.next();
  if (rest < 0.9955) return { result: "complete", msg: completeText(chance) };
  if (rest < 0.9985) return { result: "warn", msg: `${1 + chance.below(40)} rows without a customer were left out` };
  if (rest < 0.9992) return { result: "alert", msg: `volume is ${20 + chance.below(70)}% below that of last week` };
  if (rest < 0.9993) return { result: "done", msg: "finished" };
  return null;
}

function completeText(chance: Chance): string {
  const lines = Math.floor(chance.duration(9000, 1.2));
  switch (chance.below(4)) {
    case 0:
      return `read ${lines} lines in ${1 + chance.below(9)} files`;
    case 1:
      return `${lines} rows written, ${chance.below(30)} rejected`;
    case 2:
      return `processed ${lines} lines`;
    default:
      return `ok ${lines} rows, batch ${chance.hex()}`;
  }
}

function errorText(chance: Chance): string {
  const host = `db-${String(chance.below(12)).padStart(2, "0")}.example.net`;
  switch (chance.below(6)) {
    case 0:
      return `timeout after ${30 * (1 + chance.below(20))}s waiting for a lock on ${host}`;
    case 1:
      return `connection to ${host}:5432 reset by peer`;
    case 2:
      return `line ${1 + chance.below(100_000)}: expected ${8 + chance.below(8)} columns, found ${1 + chance.below(8)}`;
    case 3:
      return `404 not found: s3://lake-raw/${chance.hex()}/part-${chance.below(64)}.json.gz`;
    case 4:
      return `out of memory: worker ${chance.hex()} was killed`;
    default:
      return `unexpected end of JSON input at offset ${chance.below(9_000_000)}`;
  }
}
