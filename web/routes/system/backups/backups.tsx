import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { sizeText } from "../../../../src/contract/live/size-text.ts";
import { ActButton } from "../../../acting/act-button.tsx";
import { Button } from "../../../components/button.tsx";
import { Empty } from "../../../components/empty.tsx";
import { ApiError } from "../../../services/api.ts";
import { type Clock, count } from "../../../services/format.ts";
import { showToast } from "../../../services/toasts.ts";
import { configurationQuery, settingOf } from "../configuration/configuration-query.ts";
import { Section } from "../section.tsx";
import { Table } from "../table.tsx";
import { type Backup, type BackupsAnswer, backUpNow } from "./backup-queries.ts";
import { BACKUP_COLUMNS, BackupRow, PlannedRow } from "./backup-row.tsx";
import { RestoreDialog, VerifyDialog } from "./command-dialogs.tsx";

/** Rows before "Show all". */
const FEW = 8;

interface Props {
  readonly answer: BackupsAnswer;
  readonly clock: Clock;
  readonly now: number;
}

/** Each with what came of it; one is made by hand. */
export function Backups({ answer, clock, now }: Props): ReactElement {
  const { data: configuration } = useQuery(configurationQuery);
  const [isAll, setAll] = useState(false);
  const [open, setOpen] = useState<
    { readonly kind: "restore"; readonly backup: Backup } | { readonly kind: "verify" } | null
  >(null);
  const { backups, next_at: next, continuous } = answer;
  const path = settingOf(configuration, "sqlite.backup_path");
  const schedule = settingOf(configuration, "backup.schedule");
  const kept = backups.filter(({ state, removed_at: removed }) => state === "verified" && removed === null);
  const bytes = kept.reduce((sum, { object_bytes: size }) => sum + (size ?? 0), 0);
  const isMaking = backups.some(({ state }) => state === "running");
  return (
    <Section
      id="backups"
      title="Backups"
      isFlush
      about={
        path === "" ? (
          ""
        ) : (
          <>
            to <code className="font-mono break-all">{path}</code>
            {schedule === "" ? ", by hand" : `, by ${schedule}`}; {count(kept.length)} kept, {sizeText(bytes)}
            {continuous === null ? "" : `; what changes between them is ${lagText(continuous.lag_seconds)} behind`}
          </>
        )
      }
      actions={
        path === "" ? undefined : (
          <>
            {backups.length > 0 && (
              <Button kind="bare" onClick={() => setOpen({ kind: "verify" })}>
                Verify all…
              </Button>
            )}
            <BackUpButton isMaking={isMaking} />
          </>
        )
      }
    >
      {backups.length === 0 && next === null ? (
        <Empty>
          {path === ""
            ? "No backup is made, because no place for backups is configured: set sqlite.backup_path, a folder or a bucket, and backup.schedule."
            : "No backup was made yet, and none is planned: make one now, or set backup.schedule."}
        </Empty>
      ) : (
        <Table label="Backups" columns={BACKUP_COLUMNS}>
          {next !== null && !isMaking && (
            <PlannedRow at={Date.parse(next)} clock={clock} now={now} schedule={schedule} />
          )}
          {backups.slice(0, isAll ? undefined : FEW).map((backup) => (
            <BackupRow
              key={backup.id}
              backup={backup}
              clock={clock}
              now={now}
              onRestore={() => setOpen({ kind: "restore", backup })}
            />
          ))}
        </Table>
      )}
      {backups.length > FEW && (
        <p className="px-(--gutter) py-1">
          <Button kind="bare" className="-ml-2 text-accent!" aria-expanded={isAll} onClick={() => setAll(!isAll)}>
            {isAll ? "Show fewer" : `Show all ${count(backups.length)}`}
          </Button>
        </p>
      )}
      {open?.kind === "restore" && (
        <RestoreDialog backup={open.backup} clock={clock} now={now} onClose={() => setOpen(null)} />
      )}
      {open?.kind === "verify" && <VerifyDialog onClose={() => setOpen(null)} />}
    </Section>
  );
}

function lagText(seconds: number): string {
  return seconds < 1 ? "not" : `${Math.round(seconds)} s`;
}

/** It takes nothing away from anybody, so it is done at once; the row shows how far it is. */
function BackUpButton({ isMaking }: { readonly isMaking: boolean }): ReactElement {
  const queries = useQueryClient();
  const [isAsked, setAsked] = useState(false);
  const begin = async (): Promise<void> => {
    setAsked(true);
    try {
      await backUpNow();
      showToast("A backup is being made.", null, "Its row says how far it is, and whether it could be restored.");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      showToast("No backup is made.", null, error.message);
    }
    await queries.invalidateQueries({ queryKey: ["backups"] });
    setAsked(false);
  };
  return (
    <ActButton may="operator" of="everything" kind="go" disabled={isMaking || isAsked} onClick={() => void begin()}>
      {isMaking ? "A backup is being made" : "Back up now"}
    </ActButton>
  );
}
