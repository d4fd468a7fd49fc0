import { parseAskedTime } from "../../../src/contract/time/asked-time.ts";
import type { BackfillQuestion } from "../../../src/core/backfill/plan.ts";
import { type BackfillRequest, createBackfill } from "../../../src/engine/backfill/change-backfill.ts";
import type { BackfillRunner } from "../../../src/engine/backfill/advance-backfills.ts";
import type { Rig } from "../rig/rig.ts";

/** The question of `flowlord backfill a --from … --to …`. */
export function question(from: string, to: string, more: Partial<BackfillQuestion> = {}): BackfillQuestion {
  const time = (text: string) => {
    const asked = parseAskedTime(text);
    if (asked === null) throw new Error(`not a time: ${text}`);
    return asked;
  };
  return {
    type: "a",
    job: "",
    workflow: "",
    from: time(from),
    to: time(to),
    by: null,
    order: "oldest",
    columns: null,
    metaFile: "",
    ...more,
  };
}

/** Begins a backfill of `a`. */
export function begin(
  rig: Rig,
  from: string,
  to: string,
  {
    by,
    order,
    columns,
    ...more
  }: Partial<BackfillRequest & Pick<BackfillQuestion, "order" | "columns">> & { by?: string } = {},
): Promise<number> {
  return createBackfill(
    {
      question: question(from, to, { by: by ?? null, order: order ?? "oldest", columns: columns ?? null }),
      selection: "missing",
      children: true,
      maxActive: 1000,
      stopOnFailure: false,
      total: 0,
      by: "ann",
      reason: "last week",
      ...more,
    },
    rig.context,
  ).then((id) => id);
}

export async function turns(runner: BackfillRunner, count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await runner.run();
}
