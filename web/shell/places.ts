import { useQuery } from "@tanstack/react-query";
import type { LinkProps } from "@tanstack/react-router";
import { parseGrants } from "../../src/contract/api/access/grants.ts";
import type { IconName } from "../components/icon.tsx";
import type { Key } from "../services/key-names.ts";
import { may } from "../services/may.ts";
import { meQuery } from "../services/queries.ts";

export interface Place {
  readonly to: LinkProps["to"];
  readonly name: string;
  readonly icon: IconName;
  readonly key: Key;
}

const TASKS: Place = { to: "/tasks", name: "Tasks", icon: "tasks", key: "g t" };
const ALERTS: Place = { to: "/alerts", name: "Alerts", icon: "alerts", key: "g a" };
const ALL: readonly Place[] = [
  { to: "/", name: "Overview", icon: "overview", key: "g o" },
  TASKS,
  ALERTS,
  { to: "/files", name: "Files", icon: "file", key: "g f" },
  { to: "/workflows", name: "Workflows", icon: "workflow", key: "g w" },
  { to: "/backfill", name: "Backfill", icon: "backfill", key: "g b" },
  { to: "/system", name: "System", icon: "system", key: "g s" },
];
/** Of who sees records alone, or a part of the instance. */
const FEW: readonly Place[] = [TASKS, ALERTS, { to: "/system/access", name: "Access", icon: "system", key: "g s" }];

/** The pages of the rail, those that the role may open; all until it is known. */
export function usePlaces(): readonly Place[] {
  return useSeesAll() === false ? FEW : ALL;
}

/** Whether all of the instance is shown to who looks: an auditor sees records, and others may see a part. Null: not known yet. */
export function useSeesAll(): boolean | null {
  const { data: me } = useQuery(meQuery);
  return me === undefined ? null : may(parseGrants(me.role), "viewer", "everything");
}
