import { type ReactElement, useState } from "react";
import { Answers, FIELD, Labelled } from "../../../acting/fields.tsx";
import { Button } from "../../../components/button.tsx";
import { CopyButton } from "../../../components/copy-button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { Segments } from "../../../components/segments.tsx";
import { change } from "../../../services/api.ts";
import { showToast } from "../../../services/toasts.ts";
import type { Key } from "./access-queries.ts";
import { AskDialog } from "./ask-dialog.tsx";
import { RoleFields, roleProblem } from "./role-fields.tsx";

export type KeyQuestion = { readonly kind: "new" } | { readonly kind: "renew" | "revoke"; readonly key: Key };

interface Props {
  readonly question: KeyQuestion;
  readonly onClose: () => void;
}

export function KeyDialog({ question, onClose }: Props): ReactElement {
  if (question.kind === "new") return <NewKey onClose={onClose} />;
  if (question.kind === "renew") return <Renew of={question.key} onClose={onClose} />;
  return <Revoke of={question.key} onClose={onClose} />;
}

const SPANS = [
  { value: "30", name: "30 days" },
  { value: "90", name: "90 days" },
  { value: "365", name: "A year" },
  { value: "never", name: "Never" },
] as const;
type Span = (typeof SPANS)[number]["value"];

function endOf(span: Span): string | null {
  return span === "never" ? null : new Date(Date.now() + Number(span) * 86_400_000).toISOString();
}

function SpanField({
  value,
  onChange,
}: {
  readonly value: Span;
  readonly onChange: (span: Span) => void;
}): ReactElement {
  return (
    <div className="grid justify-items-start gap-1 text-small text-ink-2">
      Expires in
      <Segments label="Expires in" options={SPANS} value={value} onChange={onChange} />
    </div>
  );
}

function NewKey({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [name, setName] = useState("");
  const [role, setRole] = useState("viewer");
  const [span, setSpan] = useState<Span>("90");
  const [made, setMade] = useState<string | null>(null);
  if (made !== null) return <Made name={name} secret={made} onClose={onClose} />;
  return (
    <AskDialog
      title="New API key"
      description="A program sends it as Authorization: Bearer. It may do no more than you."
      verb="Make key"
      isReady={name !== "" && roleProblem(role) === null}
      act={() => change<{ key: string }>("POST", "/api/keys", { name, role, expires_at: endOf(span) })}
      onDone={({ key }) => setMade(key)}
      onClose={onClose}
    >
      <Labelled label="What for" hint="letters, digits and . _ @ + -">
        <input
          className={FIELD}
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
          placeholder="grafana"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </Labelled>
      <RoleFields value={role} onChange={setRole} />
      <SpanField value={span} onChange={setSpan} />
    </AskDialog>
  );
}

/** Nothing closes it but its button: the key is gone with it. */
function Made({
  name,
  secret,
  onClose,
}: {
  readonly name: string;
  readonly secret: string;
  readonly onClose: () => void;
}): ReactElement {
  return (
    <Dialog
      title={`The key ${name} is made`}
      description="It is shown this once: only a hash of it is stored. Whoever has it may do what it may."
      onClose={null}
    >
      <div className="flex items-center gap-2 rounded-control border border-line-2 bg-surface-2 py-1 pr-1 pl-3">
        <code className="min-w-0 flex-1 font-mono text-small break-all">{secret}</code>
        <CopyButton text={secret} what="the key" />
      </div>
      <Answers>
        <Button kind="go" onClick={onClose}>
          I have it
        </Button>
      </Answers>
    </Dialog>
  );
}

function Renew({ of, onClose }: { readonly of: Key; readonly onClose: () => void }): ReactElement {
  const [span, setSpan] = useState<Span>("90");
  const put = (end: string | null): Promise<unknown> => change("PUT", `/api/keys/${of.id}`, { expires_at: end });
  return (
    <AskDialog
      title={`Renew ${of.name}`}
      description="It stays the same key: programs that have it go on without a change."
      verb="Renew key"
      act={() => put(endOf(span))}
      onDone={() => {
        onClose();
        showToast(`Renewed ${of.name}`, () => void put(of.expires_at));
      }}
      onClose={onClose}
    >
      <SpanField value={span} onChange={setSpan} />
    </AskDialog>
  );
}

function Revoke({ of, onClose }: { readonly of: Key; readonly onClose: () => void }): ReactElement {
  return (
    <AskDialog
      title={`Revoke ${of.name}?`}
      description="It is refused from now on. This cannot be undone; a new key is another one."
      verb={`Revoke ${of.name}`}
      keep="Keep the key"
      isFinal
      act={() => change("DELETE", `/api/keys/${of.id}`)}
      onDone={() => {
        onClose();
        showToast(`Revoked ${of.name}`);
      }}
      onClose={onClose}
    >
      <p className="text-ink-2">
        {of.used_at === null ? (
          "It was never used."
        ) : (
          <>
            It was last used <RelativeTime at={of.used_at} />
            {of.used_from === null ? "" : ` from ${of.used_from}`}: what uses it fails then.
          </>
        )}
      </p>
    </AskDialog>
  );
}
