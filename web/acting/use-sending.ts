import { useRef, useState } from "react";
import { ApiError, change, newKey } from "../services/api.ts";

interface Sending {
  readonly isSending: boolean;
  /** Why it was refused; null: it was not. */
  readonly refusal: ApiError | null;
  /** Null: it was refused, and the dialog says why. */
  readonly send: <T>(path: string, body: Readonly<Record<string, unknown>>) => Promise<T | null>;
}

/** Sends what a dialog asks about. Pressed again, the same is not done twice. */
export function useSending(): Sending {
  const [isSending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<ApiError | null>(null);
  const last = useRef({ text: "", key: "" });
  const send = async <T>(path: string, body: Readonly<Record<string, unknown>>): Promise<T | null> => {
    const text = JSON.stringify([path, body]);
    if (last.current.text !== text) last.current = { text, key: newKey() };
    setSending(true);
    setRefusal(null);
    try {
      return await change<T>("POST", path, body, last.current.key);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setRefusal(error);
      return null;
    } finally {
      setSending(false);
    }
  };
  return { isSending, refusal, send };
}
