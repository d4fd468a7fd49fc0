import { type ReactElement, useState } from "react";
import { Button } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import { CHOICE, Popover } from "../../components/popover/popover.tsx";
import { QUERY_CAPS } from "../../../src/contract/query/task-query.ts";
import type { SelectedTasks } from "./selection.ts";

interface Props {
  readonly query: string;
  readonly tz: string;
  readonly selected: SelectedTasks;
}

const FORMATS = [
  ["csv", "CSV, for a spreadsheet"],
  ["ndjson", "JSON, one object a line"],
] as const;

/** The selection as a file; without one, all that match. */
export function ExportMenu({ query, tz, selected }: Props): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const exported = selected.asked === null || selected.isEverything ? query : recordsQuery(selected.asked);
  return (
    <Popover
      label="Export"
      isOpen={isOpen}
      onOpen={setOpen}
      trigger={
        <Button kind="bare">
          <Icon name="download" size={14} />
          Export
        </Button>
      }
    >
      {(close) =>
        exported === null ? (
          <p className="max-w-60 p-2 text-ink-2">
            So many rows can only be exported with all that match: clear the selection, or select fewer.
          </p>
        ) : (
          FORMATS.map(([format, name]) => (
            <a
              key={format}
              className={CHOICE}
              href={`/api/tasks/export?${new URLSearchParams({ query: exported, tz, format, limit: "1000000" }).toString()}`}
              download={`tasks.${format === "csv" ? "csv" : "jsonl"}`}
              onClick={close}
            >
              {name}
            </a>
          ))
        )
      }
    </Popover>
  );
}

/** Exactly these records; null: too many for a query. */
function recordsQuery(asked: NonNullable<SelectedTasks["asked"]>): string | null {
  if (!("ids" in asked)) return null;
  const lists: string[] = [];
  for (let at = 0; at < asked.ids.length; at += QUERY_CAPS.values)
    lists.push(`record:${asked.ids.slice(at, at + QUERY_CAPS.values).join(",")}`);
  const query = lists.join(" OR ");
  return query.length > QUERY_CAPS.characters ? null : query;
}
