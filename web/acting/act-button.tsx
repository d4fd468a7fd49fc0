import type { ComponentProps, ReactElement } from "react";
import type { Role } from "../../src/contract/api/access/role.ts";
import type { Scoped } from "../../src/contract/api/access/scope.ts";
import { Button } from "../components/button.tsx";
import { useMay } from "../services/may.ts";
import { useIsAway } from "../services/reach.ts";

interface Props extends ComponentProps<typeof Button> {
  /** Who may press it; nobody else sees it. Default: operator. */
  readonly may?: Role;
  /** What it is done to, for those who may act on a part; `everything`: on the instance. */
  readonly of?: Scoped | "everything";
}

/** A button that changes something. While the server is away it cannot. */
export function ActButton({ may = "operator", of, disabled = false, ...rest }: Props): ReactElement | null {
  const isAllowed = useMay(may, of);
  const isAway = useIsAway();
  if (!isAllowed) return null;
  return <Button disabled={disabled || isAway} {...rest} />;
}
