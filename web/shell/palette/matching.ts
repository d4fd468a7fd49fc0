import type { ReactNode } from "react";
import type { OptionGroup } from "../chooser/chooser.tsx";
import { fuzzy } from "../chooser/fuzzy.ts";

/** What the palette can do, before anything is typed. */
export interface Offer {
  readonly id: string;
  readonly sign: ReactNode;
  readonly name: string;
  readonly context?: string | undefined;
  readonly keys?: string | undefined;
  readonly run: () => void;
}

/** Those whose names have the letters of the text, the best first. `all`: also the others, in their order. */
export function matching(name: string, offers: readonly Offer[], text: string, most: number, all = false): OptionGroup {
  const matched = offers.flatMap((offer) => {
    const match = fuzzy(offer.name, text) ?? (all ? { score: 0, at: [] } : null);
    return match === null ? [] : [{ offer, match }];
  });
  const ranked = all ? matched : matched.toSorted((a, b) => b.match.score - a.match.score);
  return {
    name,
    options: ranked.slice(0, most).map(({ offer: { run, ...offer }, match }) => ({
      ...offer,
      id: `${name}-${offer.id}`.replaceAll(/\W/g, "-"),
      matched: match.at,
      choose: run,
    })),
  };
}
