import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { ActButton } from "../../../acting/act-button.tsx";
import { Mark } from "../../../components/mark.tsx";
import { ago, Clock } from "../../../services/format.ts";
import { useNow } from "../../../services/now.ts";
import { useZone } from "../../../services/preferences.ts";
import { type Key, keysQuery, keyState, usersQuery } from "./access-queries.ts";
import { KeyDialog } from "./key-dialogs.tsx";

/** How many have access, and the key that ends next, if that is soon. */
export function StateLine(): ReactElement {
  const { data: users } = useQuery(usersQuery);
  const { data: keys } = useQuery(keysQuery);
  const now = useNow(5000);
  const [isRenewing, setRenewing] = useState(false);
  const inForce = keys?.filter((key) => keyState(key, now) !== "expired") ?? [];
  const people = users?.filter(({ disabled_at: off }) => off === null) ?? [];
  const next = inForce
    .filter((key) => keyState(key, now) === "soon")
    .toSorted((a, b) => (a.expires_at ?? "").localeCompare(b.expires_at ?? ""))[0];
  return (
    <section
      aria-label="State"
      data-status={next === undefined ? "complete" : "waiting"}
      className="grid min-h-11 grid-cols-[16px_minmax(0,1fr)_auto] items-center gap-2.5 border-b border-line px-(--gutter) py-1.5"
    >
      <Mark status={next === undefined ? "complete" : "waiting"} size={16} />
      <p className="text-pretty">
        {users === undefined || keys === undefined ? (
          ""
        ) : (
          <>
            {people.length === 0 ? "Whoever is on this machine" : many(people.length, "person", "people")} and{" "}
            {many(inForce.length, "key", "keys")} {people.length + inForce.length === 1 ? "has" : "have"} access.
            {next !== undefined && <Soon of={next} now={now} />}
          </>
        )}
      </p>
      {next !== undefined && (
        <ActButton may="admin" onClick={() => setRenewing(true)}>
          Renew key…
        </ActButton>
      )}
      {isRenewing && next !== undefined && (
        <KeyDialog question={{ kind: "renew", key: next }} onClose={() => setRenewing(false)} />
      )}
    </section>
  );
}

function Soon({ of, now }: { readonly of: Key; readonly now: number }): ReactElement {
  const clock = new Clock(useZone());
  const end = Date.parse(of.expires_at ?? "");
  return (
    <>
      {" "}
      The key <b className="font-medium">{of.name}</b> expires <b className="font-medium">{ago(end, now)}</b>, on{" "}
      {clock.day(end, now)}.{" "}
      <span className="text-ink-2">
        {of.used_at === null
          ? "Nothing has used it yet."
          : `It was used ${ago(Date.parse(of.used_at), now)}, so something still needs it.`}
      </span>
    </>
  );
}

function many(count: number, one: string, more: string): string {
  return `${count} ${count === 1 ? one : more}`;
}
