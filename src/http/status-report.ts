/** Whether one part of the instance works. */
export interface PartStatus {
  readonly working: boolean;
  /** One sentence when not working. */
  readonly reason: string | null;
}

export interface StorePartStatus extends PartStatus {
  /** Of the check for damage behind a start. */
  readonly integrity: "clean" | "checking" | "checked" | "broken" | "failed";
}

export interface StatusReport {
  readonly bus: PartStatus;
  readonly store: StorePartStatus;
  readonly scheduler: PartStatus;
  /** Services that work, but less well than they could. */
  readonly degraded: readonly { readonly name: string; readonly reason: string }[];
}

export const PARTS = ["bus", "store", "scheduler"] as const satisfies readonly Exclude<
  keyof StatusReport,
  "degraded"
>[];

/** One line for each part that does not work, `part: reason`; empty when all work. */
export function reasons(report: StatusReport): readonly string[] {
  return PARTS.filter((part) => !report[part].working).map(
    (part) => `${part}: ${report[part].reason ?? "not working"}`,
  );
}
