import { performance } from "node:perf_hooks";
import type { Bus } from "../../bus/bus.ts";
import type { HeldMessageJson, RestoreAnswer } from "../../contract/api/instance/restore-api.ts";
import { HOUR, SECOND } from "../../contract/time/time-units.ts";
import type { EngineContext } from "../../engine/context.ts";
import { storedGraph } from "../../core/why/stored-graph.ts";
import { heldStatus } from "../../engine/restore/held-status.ts";
import { heldText } from "../../engine/restore/held-text.ts";
import { HeldRunner } from "../../engine/restore/held-runner.ts";
import { HeldWatch } from "../../engine/restore/held-watch.ts";
import {
  heldMessageJson,
  restoreControl,
  type RestoreControl,
  restoreJson,
} from "../../engine/restore/restore-control.ts";
import type { HeldStatusCounts } from "../../http/status-report.ts";
import { Loop } from "../../services/loop.ts";
import type { Service } from "../../services/service.ts";
import type { ReadStore } from "../../store/store.ts";
import type { Reports } from "../intake.ts";

export interface HeldAfterRestore {
  readonly control: RestoreControl;
  readonly service: Service;
  /** As of the last look; null: nothing is held. */
  counts(): HeldStatusCounts | null;
  /** Before anything is sent or taken in: what the bus can tell, and a line in the log. */
  look(): Promise<void>;
}

export interface HeldParts extends Reports {
  readonly context: EngineContext;
  readonly bus: Pick<Bus, "sent">;
  readonly pausesMoved: () => Promise<void>;
}

/** What a restore to an earlier time holds, until somebody decides. */
export function heldAfterRestore({ context, bus, pausesMoved, onProblem, log }: HeldParts): HeldAfterRestore {
  const { runtime, store } = context;
  const watch = new HeldWatch({
    context,
    bus,
    pausesMoved,
    onFound: (topic, messages) =>
      log.info("restore", `Messages of ${topic} that were sent before the restore were found on the bus.`, {
        messages,
      }),
  });
  const service = new Loop({
    name: "restore",
    now: runtime.now,
    onProblem,
    atLeastEveryMs: HOUR,
    run: () => watch.run(),
  });
  return {
    control: restoreControl(context, () => service.wake(0)),
    service,
    counts: () => {
      const { held } = watch;
      if (held === null) return null;
      const { messages, ticks, waiting_tasks, backfills, jobs } = held;
      return { messages, ticks, waiting_tasks, backfills: backfills.length, jobs: jobs.length };
    },
    look: async () => {
      if ((await store.held.restore()) === null) return;
      await watch.look();
      if (watch.held !== null)
        log.warn(
          "restore",
          `The database was restored to an earlier time: ${heldText(watch.held)} wait for a decision (flowlord restore status).`,
        );
    },
  };
}

/** What commands need of the answers. */
export interface RestoreCommands extends RestoreControl {
  /** Goes on with a decision for a moment, or waits for the instance that does. */
  advance(): Promise<RestoreAnswer>;
}

/** How long a command goes on before it tells how far it is. */
const ADVANCE_MS = SECOND / 2;

/** For commands while no instance runs: the command itself carries the decision out, and the next start sends. */
export function offlineRestore(context: EngineContext): RestoreCommands {
  const control = restoreControl(context, () => undefined);
  const runner = new HeldRunner(context, async () => undefined);
  return {
    ...control,
    advance: async () => {
      const until = performance.now() + ADVANCE_MS;
      while ((await runner.run()) && performance.now() < until);
      return await control.status();
    },
  };
}

/** What a restore holds, by the workflows that the database has, also beside a running instance. */
export async function restoreHere(
  { held, lineage }: Pick<ReadStore, "held" | "lineage">,
  options: { readonly zone: string; readonly now: number },
): Promise<RestoreAnswer> {
  return restoreJson(await heldStatus(held, storedGraph(await lineage.workflows(), options)));
}

export async function heldMessagesHere({ held }: Pick<ReadStore, "held">, limit: number): Promise<HeldMessageJson[]> {
  return (await held.messages(null, limit)).map(heldMessageJson);
}
