import type { z } from "zod";
import type { silenceAnswer } from "../../../../src/contract/api/alerts/silence-api.ts";
import { ApiError, change, newKey } from "../../../services/api.ts";
import type { Clock } from "../../../services/format.ts";
import { queryClient } from "../../../services/queries.ts";
import { showToast } from "../../../services/toasts.ts";
import type { Scope, ShownSilence } from "../alerts-queries.ts";

/** Its alerts are open again at once, and channels are notified of them. */
export async function endSilence(id: number): Promise<void> {
  await tried("The silence was not ended.", async () => {
    await change("POST", `/api/silences/${id}/end`, {});
    showToast(`Ended silence ${id}.`);
  });
}

/** Ends it, and offers to go on with what was left of it. */
export async function endListed(silence: ShownSilence): Promise<void> {
  await tried("The silence was not ended.", async () => {
    await change("POST", `/api/silences/${silence.id}/end`, {});
    showToast(
      `Ended silence ${silence.id}.`,
      () =>
        void tried("It was not made again.", async () => {
          await make(silence, silence.ends_at);
        }),
    );
  });
}

/** A longer one takes over its alerts before it ends, so that nobody is notified in between. */
export async function extendSilence(silence: ShownSilence, by: number, clock: Clock): Promise<void> {
  await tried("The silence was not extended.", async () => {
    const ends = Date.parse(silence.ends_at) + by;
    const id = await make(silence, new Date(ends).toISOString());
    await change("POST", `/api/silences/${silence.id}/end`, {});
    showToast(`Silence ${silence.id} goes on as ${id} until ${clock.moment(ends, Date.now())}.`);
  });
}

async function make(silence: Scope & Pick<ShownSilence, "reason">, ends: string): Promise<number> {
  const { alert_id, matcher, reason } = silence;
  const body = { alert_id, matcher, reason, ends_at: ends };
  return (await change<z.output<typeof silenceAnswer>>("POST", "/api/silences", body, newKey())).id;
}

async function tried(failed: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    showToast(failed, null, error.message);
  }
  void queryClient.invalidateQueries({ queryKey: ["alerts"] });
}
