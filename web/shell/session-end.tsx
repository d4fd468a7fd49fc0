import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Dialog } from "../components/dialog.tsx";
import { LoginForm } from "../routes/login/login-form.tsx";
import { ApiError } from "../services/api.ts";
import { meQuery } from "../services/queries.ts";

/** A session that has ended asks again, and the page below keeps what it shows. */
export function SessionEnd(): ReactElement | null {
  const { error } = useQuery({ ...meQuery, refetchInterval: 60_000 });
  const queries = useQueryClient();
  if (!(error instanceof ApiError) || error.status !== 401) return null;
  return (
    <Dialog title="Log in again" description="Your session has ended. The page stays as it is." onClose={null}>
      <LoginForm onDone={() => void queries.invalidateQueries()} />
    </Dialog>
  );
}
