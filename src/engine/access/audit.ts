import { printable } from "../../contract/printable.ts";
import type { Redact } from "../../contract/redact/redact.ts";
import { redactedValue } from "../../contract/redact/redacted-value.ts";
import type { AuditVia, AccessStore } from "../../store/access-store.ts";
import type { EngineContext } from "../context.ts";
import { shortened } from "./shortened.ts";

/** What somebody did; secrets in it are hidden before it is written. */
export interface AuditEntry {
  readonly who: string;
  readonly via: AuditVia;
  /** Empty: no network was involved. */
  readonly address: string;
  readonly requestId: string;
  /** The route, or the act of a command. */
  readonly act: string;
  readonly target: string;
  readonly outcome: "done" | "refused";
  /** What was there; undefined where the act does not know it. */
  readonly before?: unknown;
  /** What was asked for, or what is there now. */
  readonly after?: unknown;
}

/** Adds to the audit log. Resolves when it is committed. */
export type Audit = (entry: AuditEntry) => Promise<void>;

export interface AuditParts {
  readonly store: { readonly access: Pick<AccessStore, "audit"> };
  readonly runtime: Pick<EngineContext["runtime"], "now">;
  readonly redact: Redact;
}

const LONGEST_WHO = 200;
const LONGEST_TARGET = 500;
const LONGEST_ADDRESS = 100;

export function auditOf({ store, runtime, redact }: AuditParts): Audit {
  const json = (value: unknown): string | null =>
    value === undefined ? null : JSON.stringify(redactedValue(shortened(value), redact));
  return ({ who, address, target, before, after, ...entry }) =>
    store.access.audit(
      {
        ...entry,
        who: printable(who).slice(0, LONGEST_WHO),
        address: printable(address).slice(0, LONGEST_ADDRESS),
        target: printable(redact.text(target)).slice(0, LONGEST_TARGET),
        before: json(before),
        after: json(after),
      },
      runtime.now(),
    );
}
