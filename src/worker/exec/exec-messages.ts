import type { Outcome, Task, WorkerProblem } from "../task.ts";
import type { ExecWorkerOptions } from "../../contract/worker-options.ts";

/** From the worker to its host process: JSON over the channel that Node gives a forked process. */
export type ToHost =
  | { readonly kind: "section"; readonly section: number; readonly options: ExecWorkerOptions }
  | {
      readonly kind: "run";
      readonly run: number;
      readonly section: number;
      readonly task: Task;
      readonly attempt: number;
    }
  | { readonly kind: "abort"; readonly run: number };

export type FromHost =
  | { readonly kind: "began"; readonly run: number; readonly pid: number; readonly log: string }
  | { readonly kind: "progress"; readonly run: number; readonly progress: number; readonly msg: string }
  | { readonly kind: "ended"; readonly run: number; readonly outcome: Outcome }
  | { readonly kind: "given_back"; readonly run: number; readonly reason: string }
  | { readonly kind: "problem"; readonly problem: WorkerProblem };
