import type { WallMs } from "../../../contract/time/wall-ms.ts";
/** Rules that the caller of an import provides: the store does not parse meta and has no clock. */
export interface ImportRules {
  readonly now: number;
  /** Milliseconds that an unfinished task has from its creation. */
  readonly taskTtl: number;
  readonly readTask: (
    meta: string,
    info: string,
  ) => { readonly attempt: number; readonly taskTime: WallMs | null; readonly workflow: string };
}
