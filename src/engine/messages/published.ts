import type { ByHand } from "../../contract/api/from-person.ts";
import type { Effects, NewDecision } from "../../core/decide/effects.ts";

/**
 * The decision that somebody put messages on a topic; without `messages` it is about the one that it stands with. `unreadable`:
 * they are dead letters.
 */
export function published(
  topic: string,
  { by, reason }: ByHand,
  more: { readonly messages?: number; readonly unreadable?: true } = {},
): NewDecision {
  return { code: "published", phaseId: 0, taskTime: null, data: { topic, by, reason, ...more } };
}

/** The effects of one message, and the decision that somebody has put it on its topic; null: it came from the bus. */
export function withPublisher<E extends Effects>(effects: E, topic: string, who: ByHand | null): E {
  return who === null ? effects : { ...effects, decisions: [published(topic, who), ...effects.decisions] };
}
