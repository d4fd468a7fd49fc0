import { Outlet, useNavigate } from "@tanstack/react-router";
import { lazy, type ReactElement, Suspense, useState } from "react";
import { useQuestion } from "../acting/ask.ts";
import { useKeys } from "../services/keys.ts";
import { useLiveEvents } from "../services/live.ts";
import { isDark, setPreferences, usePreferences } from "../services/preferences.ts";
import { undoToast } from "../services/toasts.ts";
import { KeyHelp } from "./key-help.tsx";
import { Rail } from "./rail.tsx";
import { SessionEnd } from "./session-end.tsx";
import { ToastBar } from "./toast-bar.tsx";

const Asked = lazy(async () => ({ default: (await import("../acting/asked.tsx")).Asked }));

/** What stands around each page. */
export function Shell(): ReactElement {
  const { live } = usePreferences();
  const [isHelping, setHelping] = useState(false);
  const navigate = useNavigate();
  const question = useQuestion();
  useLiveEvents(live);
  useKeys({
    "?": () => setHelping(true),
    "/": () => document.getElementById("search")?.focus(),
    z: undoToast,
    l: () => setPreferences({ live: !live }),
    t: () => setPreferences({ theme: isDark() ? "light" : "dark" }),
    "g o": () => void navigate({ to: "/" }),
    "g t": () => void navigate({ to: "/tasks" }),
    "g s": () => void navigate({ to: "/system" }),
  });
  return (
    <div className="grid min-h-dvh grid-cols-[var(--rail-w)_minmax(0,1fr)] max-[720px]:grid-cols-1">
      <a href="#main" className="sr-only focus:not-sr-only focus:absolute focus:z-20 focus:bg-surface focus:p-2">
        Skip to content
      </a>
      <Rail />
      <Outlet />
      <ToastBar />
      <SessionEnd />
      {question !== null && (
        <Suspense>
          <Asked question={question} />
        </Suspense>
      )}
      {isHelping && <KeyHelp onClose={() => setHelping(false)} />}
    </div>
  );
}
