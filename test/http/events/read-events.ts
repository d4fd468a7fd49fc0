export interface SentEvent {
  readonly event: string;
  readonly id: string;
  readonly data: unknown;
}

/** The events in a text of `text/event-stream`, without those that have no data. */
export function readEvents(text: string): readonly SentEvent[] {
  return text
    .split("\n\n")
    .map(
      (block) =>
        new Map(
          block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(": ") + 2)]),
        ),
    )
    .filter((fields) => fields.has("data"))
    .map((fields) => ({
      event: fields.get("event") ?? "",
      id: fields.get("id") ?? "",
      data: JSON.parse(fields.get("data") ?? "null") as unknown,
    }));
}
