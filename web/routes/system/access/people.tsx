import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { ActButton } from "../../../acting/act-button.tsx";
import { Icon } from "../../../components/icon.tsx";
import { Problem } from "../../../components/problem.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { Head, TABLE } from "../../../components/table.tsx";
import { ApiError, change } from "../../../services/api.ts";
import { meQuery } from "../../../services/queries.ts";
import { showToast } from "../../../services/toasts.ts";
import { lastSeen, type Session, sessionsQuery, type User, usersQuery } from "./access-queries.ts";
import { CELLS, LIST, LINK, Tag } from "./list.tsx";
import { PersonDialog, type PersonQuestion } from "./person-dialogs.tsx";

/** Who may log in, and what each may do. */
export function People(): ReactElement {
  const { data: users, error, refetch } = useQuery(usersQuery);
  const { data: sessions = [] } = useQuery(sessionsQuery);
  const [question, setQuestion] = useState<PersonQuestion | null>(null);
  return (
    <section>
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1 px-(--gutter) py-2">
        <h2 className="font-semibold">People</h2>
        <span className="text-small text-ink-3">{users === undefined ? "" : rolesText(users)}</span>
        <ActButton may="admin" of="everything" className="ml-auto" onClick={() => setQuestion({ kind: "add" })}>
          <Icon name="plus" size={14} />
          Add person…
        </ActButton>
      </div>
      {users === undefined ? (
        error === null ? (
          <SkeletonRows rows={4} label="The people are loaded" />
        ) : (
          <Problem what="The people" error={error} onRetry={() => void refetch()} />
        )
      ) : users.length === 0 ? (
        <p className="px-(--gutter) py-3 text-ink-2">
          There is no user: whoever is on this machine may do everything. The first must be an admin, and from then on
          every request needs a login.
        </p>
      ) : (
        <table className={`${TABLE} ${LIST}`}>
          <thead>
            <tr>
              <Head sorted="ascending">Name</Head>
              <Head>Role</Head>
              <Head>Logs in with</Head>
              <Head isNumber>Last seen</Head>
              <Head isNumber>Sessions</Head>
              <Head>
                <span className="sr-only">Actions</span>
              </Head>
            </tr>
          </thead>
          <tbody>
            {users
              .toSorted((a, b) => Number(a.disabled_at !== null) - Number(b.disabled_at !== null) || compare(a, b))
              .map((user) => (
                <Person key={user.id} user={user} sessions={sessions} onAsk={setQuestion} />
              ))}
          </tbody>
        </table>
      )}
      {question !== null && <PersonDialog question={question} onClose={() => setQuestion(null)} />}
    </section>
  );
}

function compare(a: User, b: User): number {
  return a.name.localeCompare(b.name, "en");
}

function rolesText(users: readonly User[]): string {
  const counts = new Map<string, number>();
  for (const { role, disabled_at: off } of users) {
    const name = role.split(/[ ;]/)[0] ?? role;
    if (off === null) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, many]) => `${many} ${name}${many === 1 ? "" : "s"}`).join(", ");
}

interface PersonProps {
  readonly user: User;
  readonly sessions: readonly Session[];
  readonly onAsk: (question: PersonQuestion) => void;
}

function Person({ user, sessions, onAsk }: PersonProps): ReactElement {
  const { data: me } = useQuery(meQuery);
  const isOff = user.disabled_at !== null;
  const isYou = me?.via === "session" && me.name === user.name;
  const own = sessions.filter(({ user: of }) => of === user.name).length;
  return (
    <tr className={isOff ? "text-ink-3" : ""}>
      <td className={CELLS.name}>
        <span className="flex min-w-0 items-center gap-2">
          <Icon name="person" size={14} />
          <b className="truncate font-medium">{user.name}</b>
          {isYou && <Tag>you</Tag>}
        </span>
      </td>
      <td className={CELLS.beside}>
        {isOff ? (
          <span>
            switched off <RelativeTime at={user.disabled_at} />
          </span>
        ) : user.login === "provider" ? (
          <span title="The groups at the provider decide, at each login.">{user.role}</span>
        ) : (
          <button
            type="button"
            aria-label={`Role of ${user.name}: ${user.role}. Change it`}
            className="-ml-1.5 inline-flex min-h-6 max-w-46 items-center max-[720px]:max-w-[50vw] gap-1 rounded-control border border-transparent px-1.5 hover:border-line-control hover:bg-surface"
            onClick={() => onAsk({ kind: "role", user })}
          >
            <span className="truncate">{user.role}</span>
            <Icon name="down" size={12} />
          </button>
        )}
      </td>
      <td className={`${CELLS.below} text-ink-2`}>{user.login === "provider" ? "the provider" : "a password"}</td>
      <td className={`${CELLS.below} text-right`}>
        <RelativeTime at={lastSeen(user, sessions)} />
      </td>
      <td className={`${CELLS.hidden} text-right ${own === 0 ? "text-ink-3" : ""}`}>{own}</td>
      <td className={`${CELLS.acts} text-right whitespace-nowrap`}>
        {user.login === "here" && !isOff && (
          <ActButton
            may="admin"
            of="everything"
            kind="bare"
            className={LINK}
            aria-label={`New password for ${user.name}…`}
            onClick={() => onAsk({ kind: "password", user })}
          >
            Password…
          </ActButton>
        )}
        {isOff ? (
          <SwitchOn user={user} />
        ) : (
          !isYou && (
            <ActButton
              may="admin"
              of="everything"
              kind="bare"
              className={LINK}
              aria-label={`Switch off ${user.name}…`}
              onClick={() => onAsk({ kind: "off", user })}
            >
              Switch off…
            </ActButton>
          )
        )}
      </td>
    </tr>
  );
}

/** It can be undone, so it is done at once. */
function SwitchOn({ user }: { readonly user: User }): ReactElement {
  const queries = useQueryClient();
  const set = async (disabled: boolean): Promise<void> => {
    try {
      await change("PUT", `/api/users/${user.name}`, { disabled });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      showToast(error.message);
      return;
    }
    await queries.invalidateQueries({ queryKey: ["access"] });
    showToast(`${user.name} is switched ${disabled ? "off" : "on"}`, disabled ? null : () => void set(true));
  };
  return (
    <ActButton
      may="admin"
      of="everything"
      kind="bare"
      className={LINK}
      aria-label={`Switch on ${user.name}`}
      onClick={() => void set(false)}
    >
      Switch on
    </ActButton>
  );
}
