import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { z } from "zod";
import type { previewTriggerAnswer } from "../../../src/contract/api/workflows/phase-api.ts";
import { change } from "../../services/api.ts";
import type { PhaseName } from "../ask.ts";
import { phasePath } from "./act-on-phases.ts";

type Preview = z.output<typeof previewTriggerAnswer>;

/** While somebody types. */
const QUIET_MS = 300;

/** What a trigger would make. Both null: not known yet. */
export interface Previewed {
  readonly preview: Preview | null;
  /** Why it would make nothing. */
  readonly error: Error | null;
}

/** Null: what it is asked about is not complete. */
export function usePreview(
  phase: PhaseName,
  asked: { readonly at: string | null; readonly meta: string } | null,
): Previewed {
  const settled = useSettled(asked === null ? null : JSON.stringify(asked));
  const { data, error } = useQuery({
    queryKey: ["phase-preview", phase, settled],
    queryFn: () => change<Preview>("POST", phasePath(phase, "preview"), JSON.parse(settled ?? "{}")),
    enabled: settled !== null,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  if (asked === null || settled === null) return { preview: null, error: null };
  return { preview: error === null ? (data ?? null) : null, error };
}

function useSettled(text: string | null): string | null {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), QUIET_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
