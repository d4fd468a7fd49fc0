import type { WallMs } from "../../../contract/time/wall-ms.ts";
import type { TaskMessage } from "../../../contract/task-message.ts";
import { parseAttempt } from "../../task/attempt.ts";
import { parseMeta } from "../../task/meta.ts";
import type { Phase } from "../../workflow/phase.ts";
import { type ChildContext, type Children, joinChildren } from "../children.ts";
import type { DoneMessage, JoinReviewer } from "../decider.ts";
import { NO_EFFECTS } from "../effects.ts";
import { isCapped, releaseSlot, Slots } from "../slots.ts";
import { withoutTooLarge } from "../task-size.ts";
import { joinAfter } from "./join.ts";

export interface JoinReview {
  /** The tasks are cancelled with it: their slots are free. */
  readonly isCancelled?: boolean;
  /** The joins as they were, by id; one that was complete then was not started for another reason, and stays as it is. */
  readonly before?: ReadonlyMap<number, Phase>;
}

/**
 * Decides joins for a task of which no message tells: it was cancelled, or its workflow file has changed.
 */
export function joinReviewer(
  context: ChildContext,
  { isCancelled = false, before = new Map() }: JoinReview = {},
): JoinReviewer {
  const { graph } = context;
  return {
    read: readStored,
    needs: (joins, record) => {
      const phases = [...joins.map(({ phaseId }) => phaseId), record.phaseId].flatMap((id) => graph.byId.get(id) ?? []);
      const slots = [...new Set(phases.filter(isCapped).map(({ id }) => id))];
      return { ancestors: phases.some((phase) => phase.cyclic), joins, slots };
    },
    decide: (message, needs, own, state) => {
      const slots = new Slots(state.slots);
      const { record } = state;
      const maker = record === null ? undefined : graph.byId.get(record.phaseId);
      const isLimited = isCancelled && maker !== undefined && isCapped(maker);
      if (isLimited) releaseSlot(record, slots);
      const children: Children = { tasks: [], joins: [], decisions: [], alerts: [], resolves: [] };
      const due = needs.filter((need) => !wasComplete(need.phaseId));
      joinChildren(message, state, due, own, children, record?.phaseId ?? 0, slots, context);
      // What still waits is said where its tasks report.
      const decisions = children.decisions.filter(({ code }) => code !== "join_waiting");
      const release = isLimited ? slots.releasable(maker, record?.recordId) : [];
      return withoutTooLarge({ ...NO_EFFECTS, ...children, decisions, release }, graph);

      function wasComplete(joinId: number): boolean {
        const [phase, known] = [before.get(joinId), state.joins.get(joinId)];
        const need = needs.find(({ phaseId }) => phaseId === joinId);
        if (phase === undefined || known === undefined || need === undefined) return false;
        return joinAfter(phase, need, known, own, record, [])?.waitingFor === null;
      }
    },
  };
}

function readStored(task: TaskMessage, taskTime: WallMs | null): DoneMessage {
  const meta = parseMeta(task.meta);
  const attempt = parseAttempt(meta.get("retry")?.[0]);
  return { task, meta, attempt, taskTime, created: null, payload: "", topic: "" };
}
