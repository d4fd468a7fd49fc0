import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { ActButton } from "../../../acting/act-button.tsx";
import { Icon } from "../../../components/icon.tsx";
import { Mark } from "../../../components/mark.tsx";
import { Problem } from "../../../components/problem.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { Head, TABLE } from "../../../components/table.tsx";
import { useNow } from "../../../services/now.ts";
import { type Key, keysQuery, keyState } from "./access-queries.ts";
import { KeyDialog, type KeyQuestion } from "./key-dialogs.tsx";
import { CELLS, LINK, LIST } from "./list.tsx";

/** The keys of programs. */
export function Keys(): ReactElement {
  const { data: keys, error, refetch } = useQuery(keysQuery);
  const [question, setQuestion] = useState<KeyQuestion | null>(null);
  return (
    <section id="keys" className="border-t border-line">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1 px-(--gutter) py-2">
        <h2 className="font-semibold">API keys</h2>
        <span className="text-small text-ink-3">only a hash is stored; a key is shown once, when it is made</span>
        <ActButton may="admin" className="ml-auto" onClick={() => setQuestion({ kind: "new" })}>
          <Icon name="plus" size={14} />
          New key…
        </ActButton>
      </div>
      {keys === undefined ? (
        error === null ? (
          <SkeletonRows rows={3} label="The keys are loaded" />
        ) : (
          <Problem what="The keys" error={error} onRetry={() => void refetch()} />
        )
      ) : keys.length === 0 ? (
        <p className="px-(--gutter) py-3 text-ink-2">
          No program has a key. With one it calls the API without a login.
        </p>
      ) : (
        <table className={`${TABLE} ${LIST}`}>
          <thead>
            <tr>
              <Head>What for</Head>
              <Head>Begins with</Head>
              <Head>Role</Head>
              <Head>Made by</Head>
              <Head isNumber>Last used</Head>
              <Head isNumber>Expires</Head>
              <Head>
                <span className="sr-only">Actions</span>
              </Head>
            </tr>
          </thead>
          <tbody>
            {keys.map((key) => (
              <KeyRow key={key.id} of={key} onAsk={setQuestion} />
            ))}
          </tbody>
        </table>
      )}
      {question !== null && <KeyDialog question={question} onClose={() => setQuestion(null)} />}
    </section>
  );
}

const MARKS = { lasting: "complete", soon: "waiting", expired: "cancelled" } as const;

function KeyRow({ of, onAsk }: { readonly of: Key; readonly onAsk: (question: KeyQuestion) => void }): ReactElement {
  const now = useNow(60_000);
  const state = keyState(of, now);
  return (
    <tr className={state === "expired" ? "text-ink-3" : ""}>
      <td className={CELLS.name}>
        <span className="flex min-w-0 items-center gap-2">
          <Mark
            status={MARKS[state]}
            label={state === "lasting" ? "in force" : state === "soon" ? "expires soon" : "expired"}
          />
          <b className="truncate font-medium" title={of.name}>
            {of.name}
          </b>
        </span>
      </td>
      <td className={`${CELLS.beside} font-mono`}>{of.beginning}…</td>
      <td className={`${CELLS.below} max-w-40`}>
        <span className="block truncate" title={of.role}>
          {of.role}
        </span>
      </td>
      <td className={`${CELLS.hidden} max-w-28 text-ink-2`}>
        <span className="block truncate" title={of.created_by}>
          {of.created_by}
        </span>
        <span className="block text-ink-3">
          <RelativeTime at={of.created_at} />
        </span>
      </td>
      <td className={`${CELLS.below} text-right whitespace-nowrap`}>
        {of.used_at === null ? <span className="text-ink-3">never</span> : <RelativeTime at={of.used_at} />}
        {of.used_from !== null && <span className="block text-ink-3">from {of.used_from}</span>}
      </td>
      <td
        className={`text-right whitespace-nowrap max-[720px]:text-left ${state === "soon" ? "font-medium text-ink" : ""}`}
      >
        {state === "expired" ? "expired " : <span className="hidden text-ink-3 max-[720px]:inline">expires </span>}
        {of.expires_at === null ? <span className="text-ink-3">never</span> : <RelativeTime at={of.expires_at} />}
      </td>
      <td className="w-1 text-right whitespace-nowrap max-[720px]:w-auto">
        {of.expires_at !== null && (
          <ActButton
            may="admin"
            kind="bare"
            className={`${LINK} ${state === "soon" ? "text-accent" : ""}`}
            aria-label={`Renew ${of.name}…`}
            onClick={() => onAsk({ kind: "renew", key: of })}
          >
            Renew…
          </ActButton>
        )}
        <ActButton
          may="admin"
          kind="bare"
          className={LINK}
          aria-label={`Revoke ${of.name}…`}
          onClick={() => onAsk({ kind: "revoke", key: of })}
        >
          Revoke…
        </ActButton>
      </td>
    </tr>
  );
}
