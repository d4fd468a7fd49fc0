import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Brand } from "../../components/brand.tsx";
import { Mark } from "../../components/mark.tsx";
import { Problem } from "../../components/problem.tsx";
import { Clock } from "../../services/format.ts";
import { useNow } from "../../services/now.ts";
import { useZone } from "../../services/preferences.ts";
import { noteLeave } from "../../services/session.ts";
import { ThemeSwitch } from "../../shell/theme-switch.tsx";
import { LoginForm } from "./login-form.tsx";
import { waysQuery } from "./login-queries.ts";
import { type LoginSearch, nameOf } from "./search.ts";
import { SetupForm } from "./setup-form.tsx";

/** For who comes without a session: says why one is here, and leads back to where one came from. */
export function Login(): ReactElement {
  const { back = "/", why } = useSearch({ from: "/login" });
  const { data: ways, error, refetch } = useQuery(waysQuery);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const enter = async (): Promise<void> => {
    noteLeave();
    queries.clear();
    await navigate({ href: back });
  };
  const state = ways?.state ?? "closed";
  return (
    <div className="grid min-h-dvh grid-rows-[1fr_auto] bg-canvas">
      <main id="main" className="mx-auto mt-[12vh] w-90 max-w-[calc(100%-32px)] pb-8 max-[720px]:mt-10">
        <p className="mb-6 flex items-center gap-2 font-semibold tracking-tight">
          <Brand />
          Flowlord
        </p>
        <h1 className="mb-2 text-title font-semibold">
          {state === "setup" ? "Make the first admin" : state === "open" ? "No login is needed" : "Log in"}
        </h1>
        {error !== null && <Problem what="How one logs in here" error={error} onRetry={() => void refetch()} />}
        {state === "setup" && <SetupForm onDone={() => void enter()} />}
        {state === "open" && <Open back={back} />}
        {state === "closed" && (
          <>
            <Why back={back} why={why} />
            <LoginForm back={back} onDone={() => void enter()} />
          </>
        )}
      </main>
      <Foot />
    </div>
  );
}

function Why({ back, why }: { readonly back: string; readonly why: LoginSearch["why"] }): ReactElement {
  const { name, hasFilter } = nameOf(back);
  const reasons = { ended: "Your session has ended.", left: "You are logged out." } as const;
  return (
    <p
      data-status="waiting"
      className="mb-4 grid grid-cols-[14px_minmax(0,1fr)] gap-2 border-y border-line-2 py-2 text-small text-ink-2"
    >
      <Mark status="waiting" />
      <span>
        {why === undefined ? "Flowlord shows its pipelines to those who may see them." : reasons[why]} From here you go
        to <b className="font-medium text-ink">{name}</b>
        {hasFilter ? ", with its filter." : "."}
      </span>
    </p>
  );
}

function Open({ back }: { readonly back: string }): ReactElement {
  return (
    <>
      <p className="mb-4 text-ink-2">
        There is no user yet, and only this machine reaches this instance: whoever is here may do everything.
      </p>
      <Link
        to={back}
        className="flex h-9 items-center justify-center rounded-control bg-solid font-medium text-on-solid hover:bg-solid-2"
      >
        Go to {nameOf(back).name}
      </Link>
    </>
  );
}

function Foot(): ReactElement {
  const zone = useZone();
  const now = useNow(5000);
  return (
    <footer className="flex items-center justify-center gap-4 border-t border-line px-(--gutter) py-3 text-small text-ink-3">
      <span>
        {new Clock(zone).minutes(now)} {zone}
      </span>
      <ThemeSwitch />
    </footer>
  );
}
