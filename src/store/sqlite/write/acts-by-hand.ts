import type { NewDecision } from "../../../core/decide/effects.ts";
import type { ReleasedRow } from "../tasks/task-records.ts";
import type { Statement, Statements } from "../database/connection.ts";

/** The newest decisions of a phase among which one is looked for: those of a busy phase push it out, and nobody is named then. */
const MAX_READ = 1000;

/** Who did it and why, as its decision says; without a person it was done by a rule. */
export interface ActByHand {
  readonly by?: string;
  readonly reason?: string;
}

interface FoundAct {
  readonly at: number;
  readonly by: string | null;
  readonly reason: string | null;
}

/** What people last did to a phase or a backfill: the decisions about tasks that follow from it name them too. */
export class ActsByHand {
  readonly #resumed: Statement<FoundAct>;
  readonly #cancelled: Statement<FoundAct>;

  constructor(statements: Statements) {
    const newest = `SELECT id, at, code, data FROM decisions INDEXED BY decisions_not_done
      WHERE record_id IS NULL AND phase_id = ? AND task_time IS NULL ORDER BY id DESC LIMIT ${MAX_READ}`;
    const found = "at, data ->> 'by' AS \"by\", data ->> 'reason' AS reason";
    this.#resumed = statements.prepare(
      "act.resumed",
      `SELECT ${found} FROM (${newest}) WHERE code = 'phase_resumed' LIMIT 1`,
    );
    this.#cancelled = statements.prepare(
      "act.backfill_cancelled",
      `SELECT ${found} FROM (${newest}) WHERE code = 'backfill_changed' AND data ->> 'backfill' = ? AND data ->> 'act' = 'cancelled' LIMIT 1`,
    );
  }

  /**
   * What the decision about a released task says of the resume since which nothing keeps it; nothing when there was none. Of the
   * tasks of one turn: each phase is looked up once.
   */
  resumes(): (task: Pick<ReleasedRow, "phaseId" | "decidedAt">) => NewDecision["data"] {
    const last = new Map<number, FoundAct | undefined>();
    return ({ phaseId, decidedAt }) => {
      if (!last.has(phaseId)) last.set(phaseId, this.#lastResume(phaseId));
      const found = last.get(phaseId);
      return found === undefined || found.at < decidedAt ? {} : { resumed_at: found.at, ...actOf(found) };
    };
  }

  /** Of the phase, or of all. */
  #lastResume(phaseId: number): FoundAct | undefined {
    const [own, all] = [this.#resumed.get(phaseId), this.#resumed.get(0)];
    return (all?.at ?? 0) > (own?.at ?? 0) ? all : own;
  }

  backfillCancelled(backfillId: number, phaseId: number): ActByHand {
    const found = this.#cancelled.get(phaseId, backfillId);
    return found === undefined ? {} : actOf(found);
  }
}

function actOf({ by, reason }: FoundAct): ActByHand {
  return { ...(by === null ? {} : { by }), ...(reason === null || reason === "" ? {} : { reason }) };
}
