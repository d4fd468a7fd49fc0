import { useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Button } from "../../../components/button.tsx";
import { Icon } from "../../../components/icon.tsx";
import { Segments } from "../../../components/segments.tsx";
import { useKeys } from "../../../services/keys.ts";
import { ViewTools } from "../frame.tsx";
import { DAY_CHOICES } from "../search.ts";
import type { TaskTimes } from "./use-task-times.ts";
import { STEP_MS, wallText } from "./wall-times.ts";

/** Which task times are shown: by the hour or day, how many days, and which. */
export function TimesTools({ times }: { readonly times: TaskTimes }): ReactElement {
  const navigate = useNavigate();
  const { step, days, from, last } = times;
  const change = (to: { step?: "day" | undefined; days?: number | undefined; last?: string | undefined }): void =>
    void navigate({ to: ".", search: (before) => ({ ...before, ...to }), replace: true, resetScroll: false });
  const earlier = (): void => change({ last: wallText(Date.parse(from) - STEP_MS.day, "day") });
  const later = (): void => {
    const next = Date.parse(times.to) + days * STEP_MS.day;
    change({ last: next >= Date.now() ? undefined : wallText(next, "day") });
  };
  useKeys({ "[": earlier, "]": () => last !== null && later() });
  return (
    <ViewTools>
      <Segments
        label="Step"
        options={[
          { value: "hour", name: "Hour" },
          { value: "day", name: "Day" },
        ]}
        value={step}
        onChange={(value) => change({ step: value === "day" ? "day" : undefined, days: undefined })}
      />
      <Segments
        label="Days"
        options={DAY_CHOICES.map((value) => ({ value: String(value), name: `${value} d` }))}
        value={String(days)}
        onChange={(value) => change({ days: Number(value) })}
      />
      <Button kind="icon" aria-label="Earlier" title="Earlier ([)" onClick={earlier}>
        <Icon name="left" size={14} />
      </Button>
      <Button kind="icon" aria-label="Later" title="Later (])" disabled={last === null} onClick={later}>
        <Icon name="right" size={14} />
      </Button>
    </ViewTools>
  );
}
