import type { TickScheduler } from "../engine/fire-ticks.ts";
import type { StatusReport } from "../http/status-report.ts";
import type { IntakeGate } from "../engine/maintenance/intake-gate.ts";
import { leftText, type DiskState } from "../engine/maintenance/watch-disk.ts";
import type { Buses } from "./open-buses.ts";
import type { Service } from "../services/service.ts";
import { stuck } from "./watchdog.ts";
import type { Store } from "../store/store.ts";

/** Ticks further behind than this are an error. */
const SCHEDULER_LATE = 30_000;

export interface StatusParts {
  readonly buses: Buses;
  readonly store: Pick<Store, "health">;
  readonly scheduler: Pick<TickScheduler, "dueSince">;
  readonly services: readonly Service[];
  readonly intake: Pick<IntakeGate, "reason">;
  readonly disks: readonly DiskState[];
}

/** Whether bus, store and scheduler work, and if not, why; and what works less well than it could. */
export function statusOf({ buses, store, scheduler, services, intake, disks }: StatusParts, now: number): StatusReport {
  const bus = buses.own.health();
  const database = store.health();
  const failing = services.find((service) => service.currentError !== null);
  const [stuckTurn] = stuck(services, now);
  const late = now - (scheduler.dueSince ?? now);
  const reason =
    failing !== undefined
      ? `${failing.name}: ${failing.currentError}`
      : stuckTurn !== undefined
        ? stuckTurn
        : late > SCHEDULER_LATE
          ? `ticks are ${Math.round(late / 1000)} seconds behind`
          : null;
  return {
    bus: { working: bus.state === "connected", reason: bus.reason ?? bus.state },
    store: {
      working: database.ok && intake.reason === null,
      reason: database.reason ?? intake.reason,
      integrity: database.integrity,
    },
    scheduler: { working: reason === null, reason },
    degraded: [
      ...services.flatMap(({ name, degraded = null }) => (degraded === null ? [] : [{ name, reason: degraded }])),
      ...disks.filter(({ level }) => level !== "ok").map((disk) => ({ name: "disk", reason: leftText(disk) })),
    ],
  };
}
