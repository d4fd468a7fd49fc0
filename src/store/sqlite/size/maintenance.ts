import type { MaintenanceRun } from "../../../contract/live/database-metrics.ts";
import type { MaintenanceStore } from "../../../contract/live/maintenance-store.ts";
import type { Connection, Statements } from "../database/connection.ts";
import type { InstanceState } from "../database/instance-state.ts";
import type { LockWait } from "../database/lock-wait.ts";
import type { Writer } from "../write/writer.ts";
import { FileSizes } from "./database-size.ts";
import { Growth } from "./growth.ts";
import { HealthSamples } from "./health-samples.ts";
import { keyOf, MaintenanceRuns, textOf } from "./maintenance-runs.ts";
import type { SizeMeasurement } from "./measure-sizes.ts";
import { TableSizes } from "./table-sizes.ts";

export interface MaintenanceParts {
  readonly path: string;
  readonly db: Connection;
  readonly statements: Statements;
  readonly state: InstanceState;
  readonly writer: Writer;
  readonly lock: LockWait;
  readonly measurement: SizeMeasurement;
  check(): void;
  now(): number;
}

/**
 * Bits of `PRAGMA optimize`: only say what would be done (1), analyze (2), with a limit (0x10), of all tables, not only
 * those that this connection has queried (0x10000): the queries of people have a connection of their own.
 */
const WHAT_TO_ANALYZE = 0x10013;
/** Rows of an index that are looked at. Its entries are counted all the same, which is why large tables are left out. */
const ANALYSIS_LIMIT = 400;

/** The port's methods. Each is one short transaction, so that live work is done between them. */
export function maintenanceStore(parts: MaintenanceParts): MaintenanceStore {
  const { path, db, statements, state, writer, lock, measurement } = parts;
  const file = new FileSizes(statements, path);
  const table = new TableSizes(statements);
  const growth = new Growth(statements);
  const runs = new MaintenanceRuns(statements);
  const samples = new HealthSamples(statements);
  const keep = (run: MaintenanceRun): void => state.put(keyOf(run.kind), textOf(run));
  const store: MaintenanceStore = lock.around({
    fileSize: async () => file.size(),
    growthPerDay: async () => growth.perDay(parts.now()),
    lastRun: async (kind) => runs.last(kind),
    check: async () => parts.check(),
    // Not async: it would be repeated from the beginning when its transaction finds the database locked.
    measure: () => measure(),
    returnPages: async (max) => {
      writer.transaction(() => db.pragma(`incremental_vacuum(${max})`));
      return file.size().free;
    },
    staleStatistics: async (maxBytes) => {
      const sizes = growth.tables(parts.now());
      const isShort = (table: string): boolean => {
        const size = sizes.get(table);
        return size !== undefined && size.bytes + size.index_bytes <= maxBytes;
      };
      const rows = db.pragma(`optimize(${WHAT_TO_ANALYZE})`) as { optimize: string }[];
      return rows.flatMap(({ optimize }) => /^ANALYZE "main"\."(\w+)"$/.exec(optimize)?.[1] ?? []).filter(isShort);
    },
    analyze: async (name) => {
      db.pragma(`analysis_limit = ${ANALYSIS_LIMIT}`);
      writer.transaction(() => db.exec(`ANALYZE main."${name}"`));
    },
    analyzed: async (run) => writer.transaction(() => keep(run)),
    sampled: async (sample) => writer.transaction(() => samples.add(sample)),
  } satisfies MaintenanceStore);
  const measure = async (): Promise<MaintenanceRun> => {
    const { tables, ms } = await measurement.run();
    const run = { kind: "measure", at: parts.now(), ms } as const;
    await lock.run(() =>
      writer.transaction(() => {
        table.add(tables, run.at);
        keep(run);
      }),
    );
    return run;
  };
  return store;
}
