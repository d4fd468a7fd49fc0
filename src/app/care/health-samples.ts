import { SECOND } from "../../contract/time/time-units.ts";
import type { EngineContext } from "../../engine/context.ts";
import { HealthSampler } from "../../engine/maintenance/sample-health.ts";
import { LoopDelay } from "../../http/loop-delay.ts";
import type { Counts } from "../../http/metrics.ts";
import type { StatusReport } from "../../http/status-report.ts";
import { Loop } from "../../services/loop.ts";
import type { Service } from "../../services/service.ts";
import type { Reports } from "../intake.ts";

export interface HealthSamplesParts extends Pick<Reports, "onProblem"> {
  readonly context: Pick<EngineContext, "runtime" | "store">;
  readonly counts: Counts;
  readonly status: () => StatusReport;
}

/** Keeps how the instance did, minute by minute. */
export function healthSamples({ context, counts, status, onProblem }: HealthSamplesParts): Service {
  const loopDelay = new LoopDelay(50);
  loopDelay.start();
  let messages = counts.doneMessages;
  const sampler = new HealthSampler({
    ...context,
    ailing: () => {
      const { bus, store, scheduler, degraded } = status();
      const disk = degraded.some(({ name }) => name === "disk");
      return { bus: !bus.working, store: !store.working, scheduler: !scheduler.working, disk };
    },
    measure: () => {
      const { most } = counts;
      const measured = {
        lag_ms: most.lagMs === null ? null : Math.max(0, Math.round(most.lagMs)),
        commit_ms: most.commitMs,
        loop_ms: loopDelay.take().p99,
        messages: counts.doneMessages - messages,
        memory: process.memoryUsage.rss(),
      };
      most.lagMs = null;
      most.commitMs = null;
      messages = counts.doneMessages;
      return measured;
    },
  });
  return new Loop({
    name: "health samples",
    now: context.runtime.now,
    onProblem,
    atLeastEveryMs: 5 * SECOND,
    run: async () => {
      await sampler.run();
      return null;
    },
  });
}
