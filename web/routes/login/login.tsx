import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { LoginForm } from "./login-form.tsx";

/** For who comes without a session: says why one is here, and leads back to where one came from. */
export function Login(): ReactElement {
  const { back } = useSearch({ from: "/login" });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const enter = async (): Promise<void> => {
    await queries.resetQueries();
    await navigate({ to: back });
  };
  return (
    <main id="main" className="mx-auto mt-24 w-80 max-w-full px-3">
      <h1 className="text-title font-semibold">Log in to Flowlord</h1>
      <p className="mt-1 mb-4 text-ink-2">
        {back === "/" ? "It shows the pipelines to those who may see them." : `From here you go to ${back}.`}
      </p>
      <LoginForm onDone={() => void enter()} />
    </main>
  );
}
