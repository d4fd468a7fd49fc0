import type { DatabaseSource } from "../../src/http/metrics.ts";

const AT = Date.UTC(2026, 0, 1);

/** A database of which everything is known. */
export const MEASURED_DATABASE: DatabaseSource = {
  size: async () => ({
    size: 600e6,
    wal: 4e6,
    free: 100e6,
    page_size: 4096,
    cache: 8e6,
    growth_per_day: 50e6,
    measured: { kind: "measure", at: AT, ms: 900 },
    checked: { kind: "check", at: AT, ms: 800 },
    analyzed: { kind: "analyze", at: AT, ms: 7 },
    tables: [],
  }),
  maxSize: 1e9,
  disks: () => [{ path: "/data", free: 5e9, total: 9e9, level: "ok" }],
  refusal: () => null,
};
