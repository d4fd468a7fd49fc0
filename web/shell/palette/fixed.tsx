import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Icon, type IconName } from "../../components/icon.tsx";
import { commandGroups } from "../../services/commands.ts";
import { isDark, setPreferences, usePreferences } from "../../services/preferences.ts";
import { meQuery } from "../../services/queries.ts";
import { openOverlay } from "../overlay.ts";
import { usePlaces } from "../places.ts";
import { useLogOut } from "../use-log-out.ts";
import type { Offer } from "./matching.ts";

interface Fixed {
  /** Of the page that is shown. */
  readonly commands: readonly { readonly name: string; readonly offers: readonly Offer[] }[];
  readonly pages: readonly Offer[];
  readonly settings: readonly Offer[];
  readonly help: readonly Offer[];
}

/** What is known without asking the server. */
export function useFixed(): Fixed {
  const navigate = useNavigate();
  const { density, live } = usePreferences();
  const { data: me } = useQuery(meQuery);
  const logOut = useLogOut();
  const places = usePlaces();
  const commands = commandGroups().map((group) => ({
    name: group.name,
    offers: group.commands.map(({ icon, key, ...command }) =>
      offer(icon, command.name, command.run, key, command.context),
    ),
  }));
  const other = density === "compact" ? "roomy" : "compact";
  return {
    commands,
    pages: [
      ...places.map(({ to, name, icon, key }) => offer(icon, name, () => void navigate({ to }), key)),
      offer("help", "Why did it not run?", () => void navigate({ to: "/why-not" })),
    ],
    settings: [
      offer(
        "theme",
        `Switch to ${isDark() ? "light" : "dark"}`,
        () => setPreferences({ theme: isDark() ? "light" : "dark" }),
        "t",
      ),
      offer("theme", "Theme as the system", () => setPreferences({ theme: "system" })),
      offer("clock", "Times in UTC", () => setPreferences({ zone: "UTC" })),
      offer("clock", "Times of this computer", () => setPreferences({ zone: "local" })),
      offer("clock", "Times of another zone…", () => openOverlay("zone")),
      offer("view", `Rows ${other === "compact" ? "closer together" : "further apart"}`, () =>
        setPreferences({ density: other }),
      ),
      offer("play", live ? "Live off" : "Live on", () => setPreferences({ live: !live }), "l"),
      ...(me?.via === "session" ? [offer("person", "Log out", logOut)] : []),
    ],
    help: [
      offer("help", "Keys", () => openOverlay("keys"), "?"),
      offer("help", "Reference of the API", () => location.assign("/api/docs"), undefined, "offline"),
    ],
  };
}

function offer(icon: IconName, name: string, run: () => void, keys?: string, context?: string): Offer {
  return { id: name, sign: <Icon name={icon} size={14} />, name, context, keys, run };
}
