import { infoWorkflows, type CronMoments } from "../../core/legacy/info-page.ts";
import { printDuration } from "../../core/time/duration.ts";
import { isoOfInstant } from "../../core/time/wall-ms.ts";
import { zoneOf } from "../../core/time/zone.ts";
import type { EngineContext } from "../context.ts";
import { indentedJson, type LegacyAnswer } from "./legacy-answer.ts";

export interface InfoParts {
  readonly context: Pick<EngineContext, "graph" | "runtime">;
  /** Of the program. */
  readonly version: string;
  /** By `runtime.monotonic`. */
  readonly startedAt: number;
  readonly crons: () => readonly CronMoments[];
  /** When the workflows were last read; milliseconds since 1970. */
  readonly readAt: () => number;
  /** Milliseconds between two polls of the workflows; 0: none. */
  readonly refresh: number;
}

const NO_TIME = "0001-01-01T00:00:00";

/** `GET /info`: the instance, its schedules and the chains below them. Times of `cache` are those of the workflows, in the instance's zone. */
export function infoAnswer(parts: InfoParts): LegacyAnswer {
  const { context, crons, readAt, refresh } = parts;
  const zone = zoneOf(context.runtime.zone);
  return indentedJson({
    ...about(parts),
    next_cache: refresh > 0 ? isoOfInstant(readAt() + refresh, zone).slice(0, NO_TIME.length) : NO_TIME,
    last_cache: isoOfInstant(readAt(), zone).slice(0, NO_TIME.length),
    workflow: infoWorkflows(context.graph(), crons()),
  });
}

/** What the test message of `/notify` says of the instance. */
export function notifyText(parts: Pick<InfoParts, "context" | "version" | "startedAt">): string {
  return JSON.stringify({ ...about(parts), next_cache: "", last_cache: "", workflow: null });
}

function about({ context: { runtime }, version, startedAt }: Pick<InfoParts, "context" | "version" | "startedAt">) {
  const ms = Math.max(0, Math.trunc(runtime.monotonic() - startedAt));
  return { app_name: "flowlord", version, runtime: printDuration(BigInt(ms) * 1_000_000n) };
}
