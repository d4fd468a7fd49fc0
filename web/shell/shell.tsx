import { Outlet, useNavigate } from "@tanstack/react-router";
import { lazy, type ReactElement, Suspense } from "react";
import { useQuestion } from "../acting/ask.ts";
import { type KeyMap, useKeys } from "../services/keys.ts";
import { useLiveEvents } from "../services/live.ts";
import { useMay } from "../services/may.ts";
import { isDark, setPreferences, usePreferences } from "../services/preferences.ts";
import { undoToast } from "../services/toasts.ts";
import { openOverlay, useOverlay } from "./overlay.ts";
import { usePlaces } from "./places.ts";
import { Rail } from "./rail.tsx";
import { SessionEnd } from "./session-end.tsx";
import { ToastBar } from "./toast-bar.tsx";

const Asked = lazy(async () => ({ default: (await import("../acting/asked.tsx")).Asked }));
const OVERLAYS = {
  palette: lazy(async () => ({ default: (await import("./palette/palette.tsx")).Palette })),
  keys: lazy(async () => ({ default: (await import("./key-help.tsx")).KeyHelp })),
  zone: lazy(async () => ({ default: (await import("./chooser/zone-chooser.tsx")).ZoneChooser })),
};

/** What stands around each page. */
export function Shell(): ReactElement {
  const { live } = usePreferences();
  const navigate = useNavigate();
  const question = useQuestion();
  const overlay = useOverlay();
  const Over = overlay === null ? null : OVERLAYS[overlay];
  const places = usePlaces();
  const mayListen = useMay("viewer");
  useLiveEvents(live && mayListen);
  useKeys({
    "ctrl k": () => openOverlay("palette"),
    "/": search,
    "?": () => openOverlay("keys"),
    z: undoToast,
    l: () => setPreferences({ live: !live }),
    t: () => setPreferences({ theme: isDark() ? "light" : "dark" }),
    ...Object.fromEntries(places.map(({ to, key }): [string, () => void] => [key, () => void navigate({ to })])),
  } satisfies KeyMap);
  return (
    <div className="grid min-h-dvh grid-cols-[var(--rail-w)_minmax(0,1fr)] max-[720px]:grid-cols-1 print:block">
      <a href="#main" className="sr-only focus:not-sr-only focus:absolute focus:z-20 focus:bg-surface focus:p-2">
        Skip to content
      </a>
      <Rail />
      <Outlet />
      <ToastBar />
      <SessionEnd />
      <Suspense>
        {question !== null && <Asked question={question} />}
        {Over !== null && <Over onClose={() => openOverlay(null)} />}
      </Suspense>
    </div>
  );
}

/** The field of the page, or the palette where it has none. */
function search(): void {
  const field = document.getElementById("search");
  if (field === null) openOverlay("palette");
  else field.focus();
}
