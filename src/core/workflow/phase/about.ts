import { schemeOf } from "../../../contract/file-path.ts";
import type { PhaseAbout } from "../phase.ts";

/** The keys of a phase that only people read, and how many characters are kept of each. */
export const ABOUT_LIMITS = { owner: 200, description: 2000, runbook: 2000 } as const;
export const ABOUT_KEYS = ["owner", "description", "runbook"] as const;
export type AboutKey = (typeof ABOUT_KEYS)[number];

export const NO_ABOUT: PhaseAbout = { owner: "", description: "", runbook: "" };

export interface AboutMistake {
  readonly code: "wrong_type" | "too_long" | "bad_value";
  readonly key: AboutKey;
  readonly message: string;
  readonly remedy: string;
}

/**
 * What a phase says for people. They change nothing that happens, so a mistake in them rejects no file: earlier versions ignored
 * these keys whatever their values.
 */
export function readAbout(valueOf: (key: AboutKey) => unknown): {
  readonly about: PhaseAbout;
  readonly mistakes: readonly AboutMistake[];
} {
  const about = { ...NO_ABOUT };
  const mistakes: AboutMistake[] = [];
  for (const key of ABOUT_KEYS) {
    const value = valueOf(key);
    if (value === undefined) continue;
    if (typeof value !== "string") {
      const message = `${key} must be a string: it is ignored.`;
      mistakes.push({ code: "wrong_type", key, message, remedy: "Put it in quotes." });
      continue;
    }
    const limit = ABOUT_LIMITS[key];
    if (value.length > limit) {
      const message = `${key} has ${value.length} characters, at most ${limit} are kept: the rest is not shown.`;
      mistakes.push({ code: "too_long", key, message, remedy: "Shorten it." });
    }
    about[key] = value.slice(0, limit).toWellFormed().trim();
    const scheme = key === "runbook" ? schemeOf(value) : null;
    if (scheme === null || scheme === "http" || scheme === "https") continue;
    const message = `runbook is a URL of the scheme ${scheme}: it is shown as text, not as a link.`;
    mistakes.push({ code: "bad_value", key, message, remedy: "Write an http or https URL, or a text." });
  }
  return { about, mistakes };
}
