import type { ReactElement } from "react";
import { Button } from "../components/button.tsx";
import { Mark } from "../components/mark.tsx";
import { Clock } from "../services/format.ts";
import { useNow } from "../services/now.ts";
import { useZone } from "../services/preferences.ts";
import { tryNow, useReach } from "../services/reach.ts";

/** Takes the place of what cannot work meanwhile, so that nothing moves. */
export function Away(): ReactElement {
  const { answeredAt, nextTryAt } = useReach();
  const clock = new Clock(useZone());
  const now = useNow(1000);
  const wait = nextTryAt === null ? null : Math.max(0, Math.ceil((nextTryAt - now) / 1000));
  return (
    <div className="flex min-w-0 flex-1 items-center gap-2.5 text-small text-ink-2 max-[720px]:order-8 max-[720px]:flex-auto max-[720px]:basis-full max-[720px]:py-1">
      <Mark status="warn" />
      <p role="status" className="min-w-0">
        <b className="font-semibold text-warn-text">Flowlord does not answer.</b>
        {answeredAt !== null && ` The figures are of ${clock.time(answeredAt)}.`}
      </p>
      <span className="whitespace-nowrap text-ink-3">{wait === null ? "trying …" : `next try in ${wait} s`}</span>
      <Button onClick={() => void tryNow()}>Try now</Button>
    </div>
  );
}
