import { type ReactElement, useEffect, useRef, useState } from "react";
import type { z } from "zod";
import { csvLine } from "../../../../src/contract/api/csv.ts";
import type { previewBackfillAnswer } from "../../../../src/contract/api/workflows/backfill-api.ts";
import { Button } from "../../../components/button.tsx";
import { Icon } from "../../../components/icon.tsx";
import { ApiError, askWith } from "../../../services/api.ts";
import { count, share } from "../../../services/format.ts";
import { showToast } from "../../../services/toasts.ts";
import type { Draft } from "../backfill-queries.ts";
import { nameOf } from "./phases.ts";

type Answer = z.output<typeof previewBackfillAnswer>;
const PAGE = 500;

interface Props {
  readonly draft: Draft;
  readonly total: number;
}

/** All that will be created, as a file; a long list is read page after page. */
export function CsvButton({ draft, total }: Props): ReactElement {
  const [done, setDone] = useState<number | null>(null);
  const reading = useRef<AbortController | null>(null);
  useEffect(() => () => reading.current?.abort(), []);
  const save = async (): Promise<void> => {
    const controller = new AbortController();
    reading.current = controller;
    setDone(0);
    try {
      const lines = await readLines(draft, controller.signal, setDone);
      download(`backfill-${nameOf(draft).replaceAll(/[^\w.-]+/g, "-")}.csv`, lines);
    } catch (error) {
      if (controller.signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      showToast("The list was not read to its end.", null, error.message);
    } finally {
      setDone(null);
    }
  };
  return (
    <Button kind="bare" className="ml-auto" disabled={done !== null} onClick={() => void save()}>
      <Icon name="download" size={14} />
      {done === null ? `All ${count(total)} as CSV` : `${share(Math.min(1, done / total))} read`}
    </Button>
  );
}

/** The lines of those that get a task. */
async function readLines(
  draft: Draft,
  signal: AbortSignal,
  onRead: (lines: number) => void,
): Promise<readonly string[]> {
  const lines = [csvLine(["task_time", "class", "type", "job", "info", "meta"])];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: Answer = await askWith<Answer>(
      "/api/backfills/preview",
      { ...draft, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) },
      signal,
    );
    for (const { selected, task_time: time, class: one, type, job, info, meta } of page.slots)
      if (selected) lines.push(csvLine([time ?? "", one, type, job, info, meta]));
    onRead(lines.length - 1);
    cursor = page.pagination.next_cursor;
  }
  return lines;
}

function download(name: string, lines: readonly string[]): void {
  const url = URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
