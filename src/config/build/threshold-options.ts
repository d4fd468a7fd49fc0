import type { Options } from "../options.ts";
import type { Building } from "./building.ts";

export function buildThresholds(build: Building): Options["thresholds"] {
  const { settings } = build;
  const minTasks = settings.integer("thresholds.min_tasks");
  if (minTasks < 1)
    build.fail(
      "bad_value",
      "thresholds.min_tasks",
      "`thresholds.min_tasks` is below 1",
      "write it as in min_tasks = 10",
    );
  const share = (key: string, name: string, text: string): number => {
    const [, digits = ""] = /^(\d{1,3}(?:\.\d+)?) ?%$/.exec(text) ?? [];
    const value = digits === "" ? Number.NaN : Number(digits);
    if (!(value <= 100))
      build.fail(
        "bad_value",
        key,
        `\`${name}\` is not a percentage: "${text}"`,
        'write it as in "5%", from 0% to 100%',
      );
    return value / 100;
  };
  const types = Object.entries(settings.table("thresholds.types")).map(([type, text]): [string, number] => [
    type,
    share("thresholds.types", `thresholds.types.${type}`, text),
  ]);
  return {
    errorRate: share("thresholds.error_rate", "thresholds.error_rate", settings.text("thresholds.error_rate")),
    types: Object.fromEntries(types),
    minTasks,
  };
}
