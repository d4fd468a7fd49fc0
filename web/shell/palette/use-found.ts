import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { phasesQuery } from "../../services/queries.ts";
import { savedViewsQuery } from "../../services/task-views.ts";
import { foundAlertsQuery, foundFilesQuery, foundTasksQuery } from "./palette-queries.ts";

/** From so many letters on, and after so long without another, the server is asked. */
const [LEAST, PAUSE_MS] = [2, 150];

/** What the server has for a text. What it says of the text before stays until it has answered. */
export function useFound(text: string) {
  const asked = usePaused(text.trim());
  const enabled = asked.length >= LEAST;
  const found = { enabled, placeholderData: keepPreviousData };
  const tasks = useQuery({ ...foundTasksQuery(asked), ...found }).data;
  const alerts = useQuery({ ...foundAlertsQuery(asked), ...found }).data;
  const files = useQuery({ ...foundFilesQuery(asked), ...found }).data;
  return {
    views: useQuery(savedViewsQuery).data ?? [],
    phases: useQuery(phasesQuery).data?.nodes ?? [],
    tasks: (enabled ? tasks : undefined) ?? [],
    alerts: (enabled ? alerts : undefined) ?? [],
    files: (enabled ? files : undefined) ?? [],
  };
}

function usePaused(text: string): string {
  const [paused, setPaused] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return paused;
}
