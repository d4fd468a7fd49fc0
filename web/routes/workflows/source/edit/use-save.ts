import { useState } from "react";
import type { z } from "zod";
import type { saveSourceAnswer } from "../../../../../src/contract/api/workflows/workflow-api.ts";
import { ApiError, change } from "../../../../services/api.ts";
import { queryClient } from "../../../../services/queries.ts";
import { showToast } from "../../../../services/toasts.ts";

interface Saving {
  readonly isSending: boolean;
  /** Why it was not saved; null: it was, or was not tried. */
  readonly refusal: ApiError | null;
  readonly save: (change: {
    readonly text: string;
    readonly checksum: string;
    readonly reason: string;
  }) => Promise<void>;
}

/** Saves a text as this file. It names the text that it was made from, so that sent twice it is saved once. */
export function useSave(path: string, onSaved: () => void): Saving {
  const [isSending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<ApiError | null>(null);
  const save: Saving["save"] = async (body) => {
    setSending(true);
    setRefusal(null);
    try {
      const saved = await change<z.output<typeof saveSourceAnswer>>("PUT", "/api/workflows/source", { path, ...body });
      await queryClient.invalidateQueries({ queryKey: ["workflows"] });
      onSaved();
      const { in_force: isInForce, phases, version_id: version, missing } = saved;
      showToast(
        `Saved ${path}.`,
        null,
        isInForce
          ? `Version ${version} is in force, with ${phases === 1 ? "1 phase" : `${phases} phases`}.`
          : `It is not in force: ${missing.length === 1 ? "1 file is" : `${missing.length} files are`} missing.`,
      );
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setRefusal(error);
      // What is there now is compared with.
      void queryClient.invalidateQueries({ queryKey: ["workflows"] });
    } finally {
      setSending(false);
    }
  };
  return { isSending, refusal, save };
}
