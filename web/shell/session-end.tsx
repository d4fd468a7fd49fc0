import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { type ReactElement, useEffect } from "react";
import { Button } from "../components/button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { LoginForm } from "../routes/login/login-form.tsx";
import { meQuery } from "../services/queries.ts";
import { noteLeave, noteLogin, useSessionEnd, waitingChanges } from "../services/session.ts";

/** A session that has ended asks again, and the page below keeps what it shows; who has not been here yet is led to the login. */
export function SessionEnd(): ReactElement | null {
  const { data: me } = useQuery({ ...meQuery, refetchInterval: 60_000 });
  const end = useSessionEnd();
  const router = useRouter();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const isStranger = end !== null && me === undefined;
  const isOver = end?.code === "session_over";
  useEffect(() => {
    // The login itself is loaded meanwhile, and is no place to come back to.
    const { pathname, href } = router.latestLocation;
    if (!isStranger || pathname === "/login") return;
    void navigate({ to: "/login", search: { back: href, ...(isOver ? { why: "ended" } : {}) }, replace: true });
  }, [isStranger, isOver, router, navigate]);
  if (end === null || me === undefined) return null;
  const back = router.latestLocation.href;
  const leave = (): void => {
    noteLeave();
    queries.clear();
    void navigate({ to: "/login", search: { back, why: "ended" } });
  };
  const onDone = (): void => {
    noteLogin();
    void queries.invalidateQueries();
  };
  const rest =
    waitingChanges() === 0
      ? "The page stays as it is."
      : "What you have just pressed was not done: it is sent when you are logged in.";
  return (
    <Dialog
      title="Log in again"
      description={`${isOver ? "Your session has ended." : "A login is needed here now."} ${rest}`}
      onClose={null}
    >
      <LoginForm name={me.via === "session" ? me.name : ""} back={back} onDone={onDone} />
      <div className="flex justify-end">
        <Button kind="bare" onClick={leave}>
          Leave the page
        </Button>
      </div>
    </Dialog>
  );
}
