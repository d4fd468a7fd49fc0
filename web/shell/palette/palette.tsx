import { useNavigate } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import { Chooser, type OptionGroup } from "../chooser/chooser.tsx";
import { Icon } from "../../components/icon.tsx";
import { useFixed } from "./fixed.tsx";
import { matching, type Offer } from "./matching.ts";
import { useThings } from "./things.tsx";
import { useFound } from "./use-found.ts";

/** Actions, pages and things by a part of their name. Loaded when it is opened. */
export function Palette({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [text, setText] = useState("");
  const navigate = useNavigate();
  const { commands, pages, settings, help } = useFixed();
  const things = useThings(useFound(text), text);
  const search: Offer = {
    id: "search",
    sign: <Icon name="search" size={14} />,
    name: `Search tasks for “${text.trim()}”`,
    run: () => void navigate({ to: "/tasks", search: { q: text.trim() } }),
  };
  const groups = [
    ...commands.map((group) => matching(group.name, group.offers, text, Infinity)),
    matching("Pages", pages, text, Infinity),
    matching("Views", things.views, text, 6),
    matching("Phases", things.phases, text, text === "" ? 0 : 8),
    // The server has matched these already, with the rules of its searches.
    found("Tasks", things.tasks, text),
    found("Alerts", things.alerts, text),
    found("Files", things.files, text),
    matching("Settings", settings, text, Infinity),
    matching("Help", help, text, Infinity),
    ...(text.trim() === "" ? [] : [found("Search", [search], text)]),
  ].filter(({ options }) => options.length > 0);
  return (
    <Chooser
      label="Commands and names"
      placeholder="A command, page, task, alert or phase"
      text={text}
      onText={setText}
      groups={groups}
      empty="Nothing is called so."
      onClose={onClose}
    />
  );
}

function found(name: string, offers: readonly Offer[], text: string): OptionGroup {
  return matching(name, offers, text, Infinity, true);
}
