import { parseAskedTime, type AskedTime } from "../../contract/time/asked-time.ts";
import type { CreateBackfillRequest } from "../../contract/api/workflows/backfill-api.ts";
import { BackfillError } from "../../contract/backfill-error.ts";
import type { BackfillQuestion } from "./plan.ts";

/** Which tasks a request means. */
type AskedBackfill = Pick<
  CreateBackfillRequest,
  "type" | "job" | "workflow" | "from" | "to" | "step" | "order" | "meta" | "meta_file"
>;

/** What a request asks for. Throws BackfillError for a time that does not exist. */
export function backfillQuestion({
  type,
  job,
  workflow,
  from,
  to,
  step,
  order,
  meta,
  meta_file: metaFile,
}: AskedBackfill): BackfillQuestion {
  const columns = meta === null ? null : new Map(Object.entries(meta).map(([key, value]) => [key, [value]]));
  const end = to === null ? null : timeOf("to", to);
  return { type, job, workflow, from: timeOf("from", from), to: end, by: step, order, columns, metaFile };
}

function timeOf(field: string, text: string): AskedTime {
  const asked = parseAskedTime(text);
  if (asked !== null) return asked;
  throw new BackfillError(
    "span",
    `${field} is not a time that Flowlord can use: write it as in 2026-01-31, 2026-01-31T05 or 2026-01-31T05:00:00Z, not ${text}`,
  );
}
