import type { AlertControl } from "../alerts/alert-control.ts";
import { backload, type BackloadAnswer } from "../backfill/backload.ts";
import type { EngineContext } from "../context.ts";
import type { WorkflowState } from "../workflows/reload-workflows.ts";
import type { WorkflowsReloaded } from "../workflows/workflows-in-force.ts";
import { infoAnswer, notifyText, type InfoParts } from "./info-answer.ts";
import type { LegacyAnswer } from "./legacy-answer.ts";
import { notifyAnswer } from "./notify-answer.ts";
import { recapAnswer, runAnswer } from "./read-answers.ts";
import { refreshAnswer, type CleanUp } from "./refresh-answer.ts";
import { workflowAnswer, type WorkflowFolder } from "./workflow-answer.ts";

/** What the older program's callers ask for, in the form in which it answered. */
export interface LegacyControl {
  info(): LegacyAnswer;
  run(id: string): Promise<LegacyAnswer>;
  recap(asJson: boolean): Promise<LegacyAnswer>;
  /** Null: there is no such file. */
  workflow(name: string): Promise<LegacyAnswer | null>;
  refresh(): Promise<LegacyAnswer>;
  notify(): Promise<LegacyAnswer>;
  backload(body: string): Promise<BackloadAnswer>;
}

export interface LegacyParts extends Omit<InfoParts, "context"> {
  readonly context: EngineContext;
  readonly alerts: Pick<AlertControl, "test" | "channels">;
  readonly reloadWorkflows: () => Promise<WorkflowsReloaded>;
  /** Deletes what is older than its retention. */
  readonly cleanUp: CleanUp;
  readonly workflows: WorkflowFolder;
  /** Workflow files that are not accepted. */
  readonly rejected: () => readonly WorkflowState[];
}

export function legacyControl(parts: LegacyParts): LegacyControl {
  const { context, alerts, reloadWorkflows, workflows, rejected, cleanUp } = parts;
  return {
    info: () => infoAnswer(parts),
    run: (id) => runAnswer(id, context),
    recap: (asJson) => recapAnswer(asJson, context),
    workflow: (name) => workflowAnswer(name, workflows),
    refresh: () => refreshAnswer(reloadWorkflows, workflows.path, cleanUp),
    notify: () => notifyAnswer(alerts, notifyText(parts)),
    backload: (body) => backload(body, context, { mayRead: workflows.mayRead, rejected }),
  };
}
