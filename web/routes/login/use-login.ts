import { useEffect, useState } from "react";
import { ApiError, change } from "../../services/api.ts";

interface Login {
  readonly isSending: boolean;
  readonly problem: ApiError | null;
  /** After too many wrong passwords: milliseconds since 1970 until which no more are looked at; null: there is no wait. */
  readonly until: number | null;
  readonly send: (path: "/api/login" | "/api/setup", body: Readonly<Record<string, string>>) => Promise<boolean>;
}

/** Sends a login, and keeps why it was refused. */
export function useLogin(): Login {
  const [problem, setProblem] = useState<ApiError | null>(null);
  const [isSending, setSending] = useState(false);
  const [until, setUntil] = useState<number | null>(null);
  useEffect(() => {
    if (until === null) return;
    const timer = setTimeout(() => setUntil(null), until - Date.now());
    return () => clearTimeout(timer);
  }, [until]);
  const send: Login["send"] = async (path, body) => {
    setSending(true);
    setProblem(null);
    try {
      await change("POST", path, body);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error);
      if (error.status === 429 && error.retryAfter !== null) setUntil(Date.now() + error.retryAfter * 1000);
      return false;
    } finally {
      setSending(false);
    }
  };
  return { isSending, problem, until, send };
}
