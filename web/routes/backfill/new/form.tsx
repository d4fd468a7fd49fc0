import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactElement, type ReactNode, useState } from "react";
import { MAX_BACKFILL_ACTIVE } from "../../../../src/contract/limits.ts";
import { Check } from "../../../acting/fields.tsx";
import { Segments } from "../../../components/segments.tsx";
import { count } from "../../../services/format.ts";
import { type BackfillSearch, SELECTIONS, type Selection, STEPS, type Step } from "../search.ts";
import { ACTIVE, lastWeek, readPairs, timesOf } from "./draft.ts";
import { PhaseField } from "./phase-field.tsx";
import { nameOf, type Phase, type Phases } from "./phases.ts";
import { TextField } from "./text-field.tsx";

const WHICH: Readonly<Record<Selection, string>> = {
  missing: "Missing",
  "missing,failed": "Missing and failed",
  all: "All, also what is complete",
};

interface Props {
  readonly phases: Phases;
  readonly phase: Phase | null;
  readonly now: number;
  readonly zone: string;
  /** How many tasks each choice makes; null: not counted to the end. */
  readonly counts: Readonly<Record<Selection, number>> | null;
}

type Put = (next: { readonly [Name in keyof BackfillSearch]?: BackfillSearch[Name] | undefined }) => void;

/** Into the address; what is undefined leaves it. */
function usePut(): Put {
  const navigate = useNavigate({ from: "/backfill" });
  return (next) =>
    void navigate({
      replace: true,
      search: (before) =>
        Object.fromEntries(
          Object.entries({ ...before, ...next }).filter(([, value]) => value !== undefined),
        ) as BackfillSearch,
    });
}

/** What to make. All of it is in the address. */
export function Form({ phases, phase, now, zone, counts }: Props): ReactElement {
  const search = useSearch({ from: "/shell/backfill" });
  const put = usePut();
  const children = phase === null ? [] : phases.children(phase);
  return (
    <form aria-label="Backfill" className="grid content-start gap-4" onSubmit={(event) => event.preventDefault()}>
      <div className="grid gap-2">
        <PhaseField
          phases={phases}
          name={search.of}
          workflow={search.workflow ?? ""}
          onChange={(chosen) =>
            put({ of: nameOf(chosen), workflow: chosen.workflow, meta: undefined, rows: undefined })
          }
        />
        {children.length > 0 && (
          <Check isOn={search.children === true} onChange={(isOn) => put({ children: isOn ? true : undefined })}>
            With its {children.length === 1 ? "child" : `${count(children.length)} children`}:{" "}
            <span className="font-mono text-small break-words">{children.map(nameOf).join(", ")}</span>
          </Check>
        )}
      </div>
      <Times search={search} put={put} now={now} zone={zone} />
      <Group label="By">
        <Segments
          label="By"
          options={[
            { value: "schedule", name: "schedule" },
            ...STEPS.map((step) => ({ value: step as Step | "schedule", name: step })),
          ]}
          value={search.by ?? "schedule"}
          onChange={(step) => put({ by: step === "schedule" ? undefined : step })}
        />
      </Group>
      <Rows search={search} put={put} />
      <fieldset className="grid gap-0.5">
        <legend className="mb-1 text-small text-ink-2">Slots</legend>
        {SELECTIONS.map((only) => {
          const isOn = (search.only ?? "missing") === only;
          return (
            <label key={only} className="flex min-h-6 items-center gap-2">
              <input
                type="radio"
                name="only"
                checked={isOn}
                onChange={() => put({ only: only === "missing" ? undefined : only })}
              />
              <span className={isOn ? "font-medium" : ""}>{WHICH[only]}</span>
              <span className={`ml-auto ${isOn ? "" : "text-ink-3"}`}>
                {counts === null ? "" : count(counts[only])}
              </span>
            </label>
          );
        })}
      </fieldset>
      <div className="grid grid-cols-[1fr_88px] items-end gap-2">
        <Group label="Made first">
          <Segments
            label="Made first"
            options={[
              { value: "oldest", name: "oldest" },
              { value: "newest", name: "newest" },
            ]}
            value={search.newest === true ? "newest" : "oldest"}
            onChange={(order) => put({ newest: order === "newest" ? true : undefined })}
          />
        </Group>
        <Group label="At once">
          <TextField
            label="At once"
            isNumber
            value={String(search.active ?? ACTIVE)}
            onChange={(text) => {
              const active = Number.parseInt(text, 10);
              const isGood = active >= 1 && active <= MAX_BACKFILL_ACTIVE;
              put({ active: isGood && active !== ACTIVE ? active : undefined });
            }}
          />
        </Group>
      </div>
      <Check isOn={search.stop === true} onChange={(isOn) => put({ stop: isOn ? true : undefined })}>
        Stop on the first failure
      </Check>
    </form>
  );
}

function Group({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className="grid min-w-0 justify-items-start gap-1">
      <span className="text-small text-ink-2" aria-hidden="true">
        {label}
      </span>
      {children}
    </div>
  );
}

interface PartProps {
  readonly search: BackfillSearch;
  readonly put: Put;
}

function Times({ search, put, now, zone }: PartProps & { readonly now: number; readonly zone: string }): ReactElement {
  const { from, to } = timesOf(search, now, zone);
  return (
    <Group label="Task times">
      <Segments
        label="Task times"
        options={[
          { value: "at", name: "At" },
          { value: "span", name: "From – to" },
        ]}
        value={to === undefined ? "at" : "span"}
        onChange={(kind) => put(kind === "at" ? { from, to: undefined } : { from, to: lastOf(from, now, zone) })}
      />
      <div className="grid w-full grid-cols-2 gap-2">
        <TextField
          label={to === undefined ? "At" : "From"}
          placeholder="2026-01-31T05"
          value={from}
          onChange={(text) => put({ from: text, to })}
        />
        {to !== undefined && (
          <TextField label="To" placeholder="2026-01-31T05" value={to} onChange={(text) => put({ from, to: text })} />
        )}
      </div>
      <p className="text-micro text-ink-3">By the clock of the phase: a day, or an hour as in 2026-01-31T05.</p>
    </Group>
  );
}

/** Not before its other end. */
function lastOf(from: string, now: number, zone: string): string {
  const { to } = lastWeek(now, zone);
  return from > to ? from : to;
}

/** One row of meta or a file of rows, instead of those of the phase. */
function Rows({ search, put }: PartProps): ReactElement {
  const [isFile, setFile] = useState(search.rows !== undefined);
  const isWrong = readPairs(search.meta ?? "") === null;
  return (
    <Group label="Meta">
      <Segments
        label="Meta"
        options={[
          { value: "keys", name: "Keys" },
          { value: "file", name: "File" },
        ]}
        value={isFile ? "file" : "keys"}
        onChange={(kind) => {
          setFile(kind === "file");
          put({ meta: undefined, rows: undefined });
        }}
      />
      {isFile ? (
        <TextField
          label="File of rows"
          placeholder="that of the phase"
          value={search.rows ?? ""}
          onChange={(text) => put({ rows: text === "" ? undefined : text })}
        />
      ) : (
        <TextField
          label="Keys"
          placeholder="those of the phase"
          value={search.meta ?? ""}
          onChange={(text) => put({ meta: text === "" ? undefined : text })}
        />
      )}
      <p className={`text-micro ${isWrong ? "text-error-text" : "text-ink-3"}`}>
        {isFile
          ? "A file of rows on the machine of the instance: a task for each of them."
          : "As in key=value,key2=value2: one row, instead of those of the phase."}
      </p>
    </Group>
  );
}
