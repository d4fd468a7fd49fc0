import type { ReactElement, ReactNode } from "react";
import { sizeText } from "../../../../src/contract/live/size-text.ts";
import { Mark } from "../../../components/mark.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { count, duration } from "../../../services/format.ts";
import { Section } from "../section.tsx";
import type { Backup } from "./backup-queries.ts";

/** Each backup is restored beside the database before it is called good: how the last one went. */
export function LastCheck({ backup }: { readonly backup: Backup | null }): ReactElement {
  if (backup === null)
    return (
      <Section title="Last restore drill">
        <p className="text-small text-ink-2">
          None yet: each backup is restored to a scratch file and compared before it is called verified.
        </p>
      </Section>
    );
  const {
    rows,
    snapshot_ms: copy,
    upload_ms: store,
    verify_ms: verify,
    database_bytes: size,
    object_bytes: stored,
  } = backup;
  const all = Object.values(rows ?? {}).reduce((sum, own) => sum + own, 0);
  return (
    <Section title="Last restore drill" about={<RelativeTime at={backup.ended_at} />}>
      <ol className="grid gap-2 text-small">
        <Step what="Copied" ms={copy}>
          the database of {sizeText(size ?? 0)} beside the work
        </Step>
        <Step what="Stored" ms={store}>
          {sizeText(stored ?? 0)}
          {backup.encrypted ? ", encrypted" : ", not encrypted"}
        </Step>
        <Step what="Restored and compared" ms={verify}>
          {count(all)} rows in {Object.keys(rows ?? {}).length} tables: all equal
        </Step>
      </ol>
    </Section>
  );
}

function Step({
  what,
  ms,
  children,
}: {
  readonly what: string;
  readonly ms: number | null;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <li className="grid grid-cols-[14px_minmax(0,1fr)_auto] items-baseline gap-x-2">
      <Mark status="complete" />
      <p>
        <b className="font-semibold">{what}</b> {children}.
      </p>
      <span className="text-ink-3">{ms === null ? "" : duration(ms)}</span>
    </li>
  );
}
