import type { LinkProps } from "@tanstack/react-router";
import type { IconName } from "../components/icon.tsx";
import type { Key } from "../services/key-names.ts";

export interface Place {
  readonly to: LinkProps["to"];
  readonly name: string;
  readonly icon: IconName;
  readonly key: Key;
}

/** The pages of the rail. */
export const PLACES: readonly Place[] = [
  { to: "/", name: "Overview", icon: "overview", key: "g o" },
  { to: "/tasks", name: "Tasks", icon: "tasks", key: "g t" },
  { to: "/alerts", name: "Alerts", icon: "alerts", key: "g a" },
  { to: "/system", name: "System", icon: "system", key: "g s" },
];
