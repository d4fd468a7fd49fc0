import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouterState } from "@tanstack/react-router";
import { change } from "../services/api.ts";

/** Ends the session, and leads to the login, which comes back here. */
export function useLogOut(): () => void {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const back = useRouterState({ select: ({ location }) => location.href });
  const leave = async (): Promise<void> => {
    await change("POST", "/api/logout", {});
    await navigate({ to: "/login", search: { back, why: "left" } });
    queries.clear();
  };
  return () => void leave();
}
