/** Every key that does something, as the help shows them: in the groups in which it does. Two after each other are a pair. */
export const KEY_GROUPS = {
  Everywhere: {
    "ctrl k": "commands and names",
    "/": "search",
    "g o": "Overview",
    "g t": "Tasks",
    "g a": "Alerts",
    "g f": "Files",
    "g w": "Workflows",
    "g b": "Backfill",
    "g s": "System",
    "[": "the range before",
    "]": "the range after",
    l: "live on or off",
    t: "light or dark",
    z: "undo what was done last",
    "?": "these keys",
    Escape: "close or clear",
  },
  "In a list": {
    j: "down",
    k: "up",
    x: "select",
    Enter: "open",
  },
  "What is selected": {
    e: "retry",
    s: "silence",
  },
  "In a log": {
    f: "follow its end",
    "ctrl f": "search in it",
  },
} as const;

type Groups = typeof KEY_GROUPS;
type KeysOf<T> = T extends unknown ? keyof T : never;
export type Key = KeysOf<Groups[keyof Groups]>;
