import { Outlet, useNavigate } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import { useKeys } from "../services/keys.ts";
import { useLiveEvents } from "../services/live.ts";
import { isDark, setPreferences, usePreferences } from "../services/preferences.ts";
import { KeyHelp } from "./key-help.tsx";
import { Rail } from "./rail.tsx";
import { SessionEnd } from "./session-end.tsx";
import { ToastBar } from "./toast-bar.tsx";

/** What stands around each page. */
export function Shell(): ReactElement {
  const { live } = usePreferences();
  const [isHelping, setHelping] = useState(false);
  const navigate = useNavigate();
  useLiveEvents(live);
  useKeys({
    "?": () => setHelping(true),
    "/": () => document.getElementById("search")?.focus(),
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
      {isHelping && <KeyHelp onClose={() => setHelping(false)} />}
    </div>
  );
}
