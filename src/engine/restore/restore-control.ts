import type { HeldMessageJson, RestoreAnswer } from "../../contract/api/instance/restore-api.ts";
import { DomainError } from "../../contract/domain-error.ts";
import type { ByHand } from "../../contract/api/from-person.ts";
import { millisText } from "../../contract/time/instant.ts";
import type { HeldAct, HeldMessage } from "../../store/backup/held-store.ts";
import type { EngineContext } from "../context.ts";
import { heldStatus, isHeld, type HeldStatus } from "./held-status.ts";

export interface DecideRestore extends ByHand {
  readonly act: HeldAct;
}

/** What people do about what a restore holds. */
export interface RestoreControl {
  status(): Promise<RestoreAnswer>;
  /** Begins to carry it out; what holds it goes on behind the answer. Throws DomainError. */
  decide(request: DecideRestore): Promise<RestoreAnswer>;
}

/** `changed`: somebody decided. */
export function restoreControl(
  context: Pick<EngineContext, "store" | "runtime" | "graph">,
  changed: () => void,
): RestoreControl {
  const look = (): Promise<HeldStatus> => heldStatus(context.store.held, context.graph());
  const status = async (): Promise<RestoreAnswer> => restoreJson(await look());
  return {
    status,
    decide: async ({ act, by, reason }) => {
      const before = await look();
      if (isDeciding(before))
        throw new DomainError(
          "conflict",
          "restore_deciding",
          `What the restore held is being ${before.restore?.decision === "drop" ? "dropped" : "accepted"} already: wait until that is done.`,
        );
      if (!isHeld(before)) throw new DomainError("conflict", "nothing_held", "Nothing is held by a restore.");
      await context.store.held.decide(act, { by, reason }, context.runtime.now());
      changed();
      return await status();
    },
  };
}

function isDeciding({ restore }: HeldStatus): boolean {
  return restore !== null && restore.state === "held" && restore.decision !== null;
}

export function restoreJson(status: HeldStatus): RestoreAnswer {
  const { restore, topics, schedules, backfills, jobs } = status;
  const { messages, ticks, waiting_tasks, more_topics } = status;
  return {
    restore:
      restore === null
        ? null
        : {
            id: restore.id,
            backup: restore.backup_id,
            data_at: millisText(restore.data_at),
            restored_at: millisText(restore.restored_at),
            reason: restore.reason,
            kept_aside: restore.kept_aside,
            state: restore.state,
            found_sent: restore.found_sent,
            decision: restore.decision,
            decided_at: restore.decided_at === null ? null : millisText(restore.decided_at),
            decided_by: restore.decided_by,
            decision_reason: restore.decision_reason,
            decided_messages: restore.decided_messages,
            decided_ticks: restore.decided_ticks,
          },
    deciding: isDeciding(status),
    messages,
    ticks,
    waiting_tasks,
    backfills: [...backfills],
    jobs: [...jobs],
    topics: [...topics],
    more_topics,
    schedules: schedules.map(({ phase, kind, ticks, more, first, last }) => ({
      type: phase.type,
      job: phase.job,
      workflow: phase.workflow,
      schedule: kind === "cron" ? "cron" : "expect_by",
      ticks,
      more,
      first: millisText(first),
      last: millisText(last),
      catchup: phase.rule.catchUp,
    })),
  };
}

export function heldMessageJson(message: HeldMessage): HeldMessageJson {
  return { ...message, due_at: millisText(message.due_at) };
}
