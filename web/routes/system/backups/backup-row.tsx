import type { ReactElement } from "react";
import { sizeText } from "../../../../src/contract/live/size-text.ts";
import { Button } from "../../../components/button.tsx";
import { type Status, StatusWord } from "../../../components/mark.tsx";
import { ago, type Clock, count, duration, NOTHING, share } from "../../../services/format.ts";
import { Cell, type Column, Row } from "../table.tsx";
import type { Backup } from "./backup-queries.ts";

const STATUS: Column = { name: "Status", width: 118 };
const TAKEN: Column = { name: "Taken", width: 126, isNumber: true };
const AGE: Column = { name: "Age", width: 84, isNumber: true };
const SIZE: Column = { name: "Size", width: 74, isNumber: true };
const TOOK: Column = { name: "Took", width: 84, isNumber: true, isOnlyWide: true };
const CHECK: Column = { name: "Check" };
const ACT: Column = { name: "Restore", width: 96, isNumber: true };
export const BACKUP_COLUMNS = [STATUS, TAKEN, AGE, SIZE, TOOK, CHECK, ACT];

const MARKS: Readonly<Record<Backup["state"], { readonly status: Status; readonly word: string }>> = {
  running: { status: "running", word: "being made" },
  verified: { status: "complete", word: "verified" },
  failed: { status: "error", word: "failed" },
  set_aside: { status: "skipped", word: "set aside" },
};
const STEPS = { snapshot: "copying", upload: "storing", verify: "restoring and comparing" } as const;
const REASONS: Readonly<Record<Backup["reason"], string>> = {
  schedule: "",
  hand: "by hand",
  stop: "at a stop",
  restore: "after a restore",
};

interface Props {
  readonly backup: Backup;
  readonly clock: Clock;
  readonly now: number;
  readonly onRestore: () => void;
}

export function BackupRow({ backup, clock, now, onRestore }: Props): ReactElement {
  const { state, started_at: at, ended_at: end, object_bytes: bytes, removed_at: removed } = backup;
  const taken = Date.parse(at);
  const { status, word } = MARKS[state];
  const text = checkText(backup);
  return (
    <Row>
      <Cell of={STATUS}>
        <StatusWord status={status}>{word}</StatusWord>
      </Cell>
      <Cell of={TAKEN}>
        <time dateTime={at}>{clock.moment(taken, now)}</time>
      </Cell>
      <Cell of={AGE} className="text-ink-2">
        {ago(taken, now).replace(" ago", "")}
      </Cell>
      <Cell of={SIZE}>{bytes === null ? NOTHING : sizeText(bytes)}</Cell>
      <Cell of={TOOK} className="text-ink-2">
        {end === null ? NOTHING : duration(Date.parse(end) - taken)}
      </Cell>
      <Cell of={CHECK} isLine title={text} className="text-ink-2">
        {backup.progress === null ? text : <Progress progress={backup.progress} />}
      </Cell>
      <Cell of={ACT}>
        {state === "verified" && removed === null && (
          <Button
            kind="bare"
            className="-my-1 -mr-2"
            aria-label={`Restore the backup of ${clock.moment(taken, now)}`}
            onClick={onRestore}
          >
            Restore…
          </Button>
        )}
      </Cell>
    </Row>
  );
}

/** When the next is due. */
export function PlannedRow({
  at,
  clock,
  now,
  schedule,
}: Pick<Props, "clock" | "now"> & { readonly at: number; readonly schedule: string }): ReactElement {
  return (
    <Row>
      <Cell of={STATUS}>
        <StatusWord status="waiting">planned</StatusWord>
      </Cell>
      <Cell of={TAKEN}>{clock.moment(at, now)}</Cell>
      <Cell of={AGE} className="text-ink-2">
        {ago(at, now)}
      </Cell>
      <Cell of={SIZE} className="text-ink-3 max-[720px]:hidden">
        {NOTHING}
      </Cell>
      <Cell of={TOOK} className="text-ink-3">
        {NOTHING}
      </Cell>
      <Cell of={CHECK} isLine className="text-ink-2">
        {schedule === "" ? "" : `by ${schedule}`}
      </Cell>
      <Cell of={ACT} className="max-[720px]:hidden" />
    </Row>
  );
}

function Progress({
  progress: { step, done, total },
}: {
  readonly progress: NonNullable<Backup["progress"]>;
}): ReactElement {
  const part = total === 0 ? 0 : Math.min(1, done / total);
  return (
    <span className="flex items-center gap-2">
      <svg viewBox="0 0 96 6" width="96" height="6" aria-hidden="true" data-status="running" className="shrink-0">
        <rect width="96" height="6" rx="1" fill="var(--surface-4)" />
        <rect width={96 * part} height="6" rx="1" fill="var(--mark)" />
      </svg>
      <span className="truncate">
        {STEPS[step]}, {share(part)} of {sizeText(total)}
      </span>
    </span>
  );
}

function checkText({ state, failure, rows, reason, encrypted, removed_at: removed }: Backup): string {
  const all = Object.values(rows ?? {}).reduce((sum, own) => sum + own, 0);
  const parts = [
    state === "running" ? "it has begun" : "",
    failure ?? "",
    state === "verified" ? `restored, ${count(all)} rows equal` : "",
    REASONS[reason],
    encrypted ? "encrypted" : "",
    removed === null ? "" : "let go by the keep policy",
  ];
  return parts.filter((part) => part !== "").join(", ");
}
