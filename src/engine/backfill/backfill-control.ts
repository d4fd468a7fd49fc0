import type { Scope } from "../../contract/api/access/scope.ts";
import type { ChangeBackfillRequest, CreateBackfillRequest } from "../../contract/api/workflows/backfill-api.ts";
import { backfillQuestion } from "../../core/backfill/question.ts";
import type { EngineContext } from "../context.ts";
import { changeBackfill, createBackfill } from "./change-backfill.ts";

/** To what whoever asks may do it; default: to everything. */
export interface Within {
  readonly scope?: Scope | null;
}

/** What people do with backfills; each is committed when it resolves. Throws BackfillError. */
export interface BackfillControl {
  create(request: CreateBackfillRequest & Within): Promise<{ readonly id: number }>;
  change(request: ChangeBackfillRequest): Promise<{ readonly slots: number }>;
}

/** `wake`: there may be something to do for the service. */
export function backfillControl(context: EngineContext, wake: () => void): BackfillControl {
  return {
    create: async (request) => {
      const id = await createBackfill(
        {
          question: backfillQuestion(request),
          selection: request.only,
          children: request.children,
          maxActive: request.max_active,
          stopOnFailure: request.stop_on_failure,
          total: request.total,
          by: request.by,
          reason: request.reason,
          scope: request.scope ?? null,
        },
        context,
      );
      wake();
      return { id };
    },
    change: async (request) => {
      const slots = await changeBackfill(request, context);
      wake();
      return { slots };
    },
  };
}
