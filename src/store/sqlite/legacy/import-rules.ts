/** What an import is told from outside: the store reads no meta and has no clock of its own. */
export interface ImportRules {
  readonly now: number;
  /** Milliseconds that an unfinished task has from its creation. */
  readonly taskTtl: number;
  readonly readTask: (
    meta: string,
    info: string,
  ) => { readonly attempt: number; readonly taskTime: number | null; readonly workflow: string };
}
