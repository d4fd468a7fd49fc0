/** What a browser calls itself, as people do: "Firefox, Linux". */
export function browserName(agent: string): string {
  const browser = BROWSERS.find(([mark]) => mark.test(agent))?.[1] ?? agent.split(/[/ ]/)[0] ?? "";
  const system = SYSTEMS.find(([mark]) => mark.test(agent))?.[1];
  if (browser === "") return "no browser named";
  return system === undefined ? browser : `${browser}, ${system}`;
}

/** Most of them name others, too, for old servers: the first that matches counts. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg(?:e|A|iOS)?\//, "Edge"],
  [/OPR\//, "Opera"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/Chrome\/|CriOS\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X|Macintosh/, "macOS"],
  [/Linux|X11/, "Linux"],
];
