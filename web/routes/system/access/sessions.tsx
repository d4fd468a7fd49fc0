import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { ActButton } from "../../../acting/act-button.tsx";
import { Button } from "../../../components/button.tsx";
import { Problem } from "../../../components/problem.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { ApiError, change } from "../../../services/api.ts";
import { showToast } from "../../../services/toasts.ts";
import { type Session, sessionsQuery } from "./access-queries.ts";
import { AskDialog } from "./ask-dialog.tsx";
import { browserName } from "./browser-name.ts";
import { LINK, Tag } from "./list.tsx";

/** So many are shown at first. */
const FEW = 6;

/** Who is logged in, from where. */
export function Sessions(): ReactElement {
  const { data: sessions, error, refetch } = useQuery(sessionsQuery);
  const [ending, setEnding] = useState<readonly Session[] | null>(null);
  const [isAll, setAll] = useState(false);
  const others = sessions?.filter(({ current }) => !current) ?? [];
  return (
    <section className="px-4 py-3 max-[1100px]:px-(--gutter)">
      <div className="mb-1 flex items-center gap-2">
        <h2 className="font-semibold">Sessions</h2>
        <span className="text-small text-ink-3">{sessions === undefined ? "" : `${sessions.length} open`}</span>
        {others.length > 1 && (
          <ActButton
            may="admin"
            of="everything"
            kind="bare"
            className={`${LINK} ml-auto text-accent!`}
            onClick={() => setEnding(others)}
          >
            End the {others.length} others…
          </ActButton>
        )}
      </div>
      {sessions === undefined ? (
        error === null ? (
          <SkeletonRows rows={3} label="The sessions are loaded" />
        ) : (
          <Problem what="The sessions" error={error} onRetry={() => void refetch()} />
        )
      ) : sessions.length === 0 ? (
        <p className="text-small text-ink-2">Nobody is logged in.</p>
      ) : (
        <ul>
          {sessions
            .toSorted((a, b) => Number(b.current) - Number(a.current) || b.used_at.localeCompare(a.used_at))
            .slice(0, isAll ? undefined : FEW)
            .map((session) => (
              <Row key={session.id} session={session} onEnd={() => setEnding([session])} />
            ))}
        </ul>
      )}
      {sessions !== undefined && sessions.length > FEW && !isAll && (
        <Button kind="bare" className={`${LINK} mt-1`} onClick={() => setAll(true)}>
          Show all {sessions.length}
        </Button>
      )}
      {ending !== null && <EndDialog sessions={ending} onClose={() => setEnding(null)} />}
    </section>
  );
}

function Row({ session, onEnd }: { readonly session: Session; readonly onEnd: () => void }): ReactElement {
  const from = `${browserName(session.agent)} · ${session.address}`;
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto_44px] items-center gap-2.5 border-t border-line py-1.5 text-small first:border-t-0">
      <span className="min-w-0">
        <b className="font-medium">{session.user}</b> {session.current && <Tag>this one</Tag>}
        <span className="block truncate text-ink-3" title={session.agent}>
          {from}
        </span>
      </span>
      <span className="text-right text-ink-2">
        seen <RelativeTime at={session.used_at} />
        <span className="block text-ink-3">
          since <RelativeTime at={session.created_at} />
        </span>
      </span>
      {!session.current && (
        <ActButton
          may="admin"
          of="everything"
          kind="bare"
          className={`${LINK} text-accent!`}
          aria-label={`End the session of ${session.user}, ${from}…`}
          onClick={onEnd}
        >
          End…
        </ActButton>
      )}
    </li>
  );
}

function EndDialog({
  sessions,
  onClose,
}: {
  readonly sessions: readonly Session[];
  readonly onClose: () => void;
}): ReactElement {
  const [first] = sessions;
  const what = sessions.length === 1 ? `the session of ${first?.user ?? ""}` : `${sessions.length} sessions`;
  return (
    <AskDialog
      title={`End ${what}?`}
      description="Who has it must log in again. What was typed there and not sent may be lost."
      verb={`End ${what}`}
      keep="Keep"
      isFinal
      count={sessions.length}
      act={() => endAll(sessions)}
      onDone={() => {
        onClose();
        showToast(`Ended ${what}`);
      }}
      onClose={onClose}
    />
  );
}

/** One that has ended meanwhile is what was wanted. */
async function endAll(sessions: readonly Session[]): Promise<void> {
  for (const { id } of sessions)
    await change("DELETE", `/api/sessions/${id}`).catch((error: unknown) => {
      if (!(error instanceof ApiError) || error.code !== "unknown_session") throw error;
    });
}
