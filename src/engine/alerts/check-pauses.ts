import { DAY, SECOND } from "../../contract/time/time-units.ts";
import { newAlert } from "../../core/decide/new-alert.ts";
import { isoOfInstant } from "../../core/time/wall-ms.ts";
import { zoneOf } from "../../core/time/zone.ts";
import type { NewAlert } from "../../core/decide/effects.ts";
import type { WorkflowGraph } from "../../core/workflow/phase.ts";
import { taskName } from "../../core/task/task-name.ts";
import type { Pause } from "../../store/pauses.ts";
import type { PausedPhase } from "../../store/workflow-versions.ts";
import type { Store } from "../../store/store.ts";
import type { Runtime } from "../context.ts";
import { lastingAlerts } from "./lasting-alerts.ts";

export interface PauseCheckContext {
  readonly runtime: Pick<Runtime, "now" | "zone">;
  readonly store: Pick<Store, "pausedPhases" | "pauses" | "record" | "alerts" | "getState" | "putState">;
  graph(): WorkflowGraph;
}

/** A pause this long was probably forgotten. */
const LONG_MS = DAY;
const EVERY_MS = 15 * SECOND;
/** Key of the stored state that names the pauses already told, so that a restart tells none of them again. */
const TOLD_KEY = "alerts.paused";

/** Raises an alert once for each pause that lasts longer than a day, and resolves it when the phase goes on or is gone. */
export class PauseCheck {
  readonly #context: PauseCheckContext;
  #checkedAt = -Infinity;
  #told: ReadonlySet<string> | null = null;

  constructor(context: PauseCheckContext) {
    this.#context = context;
  }

  async run(): Promise<void> {
    const { runtime, store } = this.#context;
    const now = runtime.now();
    if (Math.abs(now - this.#checkedAt) < EVERY_MS) return;
    this.#checkedAt = now;
    this.#told ??= new Set(told(await store.getState(TOLD_KEY)));
    const paused = lasting(await store.pausedPhases(), await store.pauses.inForce());
    if (paused.length === 0 && this.#told.size === 0) return;
    const before = this.#told;
    const alerts = paused
      .filter((one) => isLong(one, now) && !before.has(keyOf(one)))
      .flatMap((one) => this.#alertOf(one));
    if (alerts.length > 0) await store.record({ alerts, decisions: [] }, now);
    await this.#resolve(new Set(paused.map(({ phaseId }) => phaseId)), now);
    const keys = paused.filter((one) => isLong(one, now) || before.has(keyOf(one))).map(keyOf);
    if (keys.length !== before.size || keys.some((key) => !before.has(key)))
      await store.putState(new Map([[TOLD_KEY, keys.length === 0 ? null : JSON.stringify(keys)]]));
    this.#told = new Set(keys);
  }

  async #resolve(paused: ReadonlySet<number>, now: number): Promise<void> {
    const { alerts } = this.#context.store;
    const over = (await lastingAlerts(alerts, "phase_paused")).filter(({ phaseId }) => !paused.has(phaseId));
    if (over.length === 0) return;
    const note = "the phase is not paused any more, or was removed";
    await alerts.resolve(
      over.map(({ id }) => id),
      { by: "flowlord", note },
      now,
    );
  }

  #alertOf({ phaseId, since, by }: LastingPause): readonly NewAlert[] {
    const begun = (zone: string | null): string =>
      isoOfInstant(since - (since % SECOND), zoneOf(zone ?? this.#context.runtime.zone));
    if (phaseId === 0) {
      const message = `all phases have been paused since ${begun(null)} by ${by}: flowlord resume --all`;
      return [newAlert("phase_paused", message, { cause: "pause of all phases" })];
    }
    const phase = this.#context.graph().byId.get(phaseId);
    if (phase === undefined || phase.rule.noAlert) return [];
    const remedy =
      by === null
        ? "take `paused` out of its rule, or remove the phase"
        : `flowlord resume ${taskName(phase)} --workflow ${phase.workflow}`;
    const message = `${phase.task} of ${phase.workflow} has been paused since ${begun(phase.rule.timezone)}${by === null ? "" : ` by ${by}`}: ${remedy}`;
    return [newAlert("phase_paused", message, { phase, cause: `pause of ${phase.key}` })];
  }
}

/** `by` is null where the file says `paused`; phase 0 stands for all. */
interface LastingPause extends PausedPhase {
  readonly by: string | null;
}

/** One for each phase: the file's before that of a person. */
function lasting(inFiles: readonly PausedPhase[], pauses: readonly Pause[]): readonly LastingPause[] {
  const known = new Set(inFiles.map(({ phaseId }) => phaseId));
  const byPeople = pauses.filter(({ phaseId, removedAt }) => removedAt === null && !known.has(phaseId));
  return [...inFiles.map((one) => ({ ...one, by: null })), ...byPeople];
}

function isLong({ since }: PausedPhase, now: number): boolean {
  return now - since >= LONG_MS;
}

/** Another pause of the same phase is another cause. */
function keyOf({ phaseId, since }: PausedPhase): string {
  return `${phaseId}:${since}`;
}

function told(state: string | null): readonly string[] {
  const keys: unknown = state === null ? [] : JSON.parse(state);
  return Array.isArray(keys) ? keys.map(String) : [];
}
