import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useMemo } from "react";
import { readTerms, termOf } from "../../../components/filter/filter-terms.ts";
import { PillField } from "../../../components/filter/pill-field.tsx";
import { Segments } from "../../../components/segments.tsx";
import { count } from "../../../services/format.ts";
import { phasesQuery } from "../../../services/queries.ts";
import type { FileCounts } from "../files-queries.ts";
import { FILE_FILTERS, type FilesSearch, isState, readSearch, without } from "../search.ts";

const STATES = [
  { value: "", name: "All", counted: "all" },
  { value: "matched", name: "Matched", counted: "matched" },
  { value: "unmatched", name: "Unmatched", counted: "unmatched" },
  { value: "near_miss", name: "Near miss", counted: "near_miss" },
  { value: "failed", name: "Failed", counted: "failed" },
] as const;
const NAMES = [...FILE_FILTERS, "state", "day"] as const;

interface Props {
  readonly search: FilesSearch;
  readonly counts: FileCounts | undefined;
  readonly onSearch: (search: FilesSearch) => void;
}

/** The conditions of the list, and how many there are of each state. */
export function FilterBar({ search, counts, onSearch }: Props): ReactElement {
  const { data: graph } = useQuery(phasesQuery);
  const offers = useMemo(() => offersOf(graph?.nodes ?? []), [graph]);
  const set = FILE_FILTERS.filter((name) => search[name] !== undefined);
  const add = (text: string): string => {
    const typed = readTerms(text, NAMES, "path");
    const known = readSearch({ ...typed });
    const wrong = NAMES.find((name) => typed[name] !== undefined && known[name] === undefined);
    if (wrong !== undefined) return wrongText(wrong, typed[wrong] ?? "");
    const next = { ...without(search, "open"), ...known };
    if (next.job !== undefined && next.type === undefined) return "A job needs its type: add type: too.";
    if (next.time !== undefined && next.type === undefined && next.workflow === undefined)
      return "A task time needs a type or a workflow: add type: or workflow: too.";
    onSearch(next);
    return "";
  };
  return (
    <div className="flex flex-wrap items-start gap-x-3 gap-y-2 border-b border-line px-(--gutter) py-2">
      <div className="min-w-0 flex-1 basis-80">
        <PillField
          label="Filter files"
          placeholder="path, type: job: workflow: time: or a part of a path"
          terms={set.map((name) => termOf(name, search[name] ?? ""))}
          offers={offers}
          onRemove={(index) => {
            const name = set[index];
            if (name !== undefined) onSearch(withoutFilter(search, name));
          }}
          onAdd={add}
        />
      </div>
      <span className="max-w-full overflow-x-auto max-[1700px]:basis-full">
        <Segments
          label="State"
          value={search.state ?? ""}
          options={STATES.map(({ value, name, counted }) => ({
            value,
            name: (
              <span className="whitespace-nowrap">
                {name} <span className="font-normal text-ink-3">{countText(counts, counted)}</span>
              </span>
            ),
          }))}
          onChange={(state) => {
            const rest = without(search, "state", "open");
            onSearch(isState(state) ? { ...rest, state } : rest);
          }}
        />
      </span>
    </div>
  );
}

/** A job goes with its type, a task time with its phase. */
export function withoutFilter(search: FilesSearch, name: (typeof FILE_FILTERS)[number]): FilesSearch {
  const rest = without(search, name, "open", ...(name === "type" ? (["job"] as const) : []));
  return rest.type === undefined && rest.workflow === undefined ? without(rest, "time") : rest;
}

/** Of more than were counted a plus says so. Its place is kept until it is known. */
function countText(counts: FileCounts | undefined, name: (typeof STATES)[number]["counted"]): string {
  if (counts === undefined) return "…";
  return `${count(counts[name])}${counts.total_is === "at_least" ? "+" : ""}`;
}

function wrongText(name: (typeof NAMES)[number], value: string): string {
  if (name === "time") return `"${value}" is no task time: write it as 2026-01-31 or 2026-01-31T05.`;
  if (name === "day") return `"${value}" is no day: write it as 2026-01-31, week or all.`;
  return `There is no ${name} "${value}".`;
}

interface Named {
  readonly type: string;
  readonly job: string;
  readonly workflow: string;
}

function offersOf(phases: readonly Named[]): readonly string[] {
  const of = (name: keyof Named): readonly string[] =>
    [...new Set(phases.map((phase) => phase[name]))]
      .filter((value) => value !== "")
      .toSorted()
      .map((value) => termOf(name, value));
  return [
    ...STATES.flatMap(({ value }) => (value === "" ? [] : [`state:${value}`])),
    "day:week",
    "day:all",
    ...of("type"),
    ...of("job"),
    ...of("workflow"),
  ];
}
