import type { ReactElement, ReactNode } from "react";
import type { PhaseName } from "../../../acting/ask.ts";
import { Notes } from "../../../acting/notes.tsx";
import type { PhaseAbout } from "../../../acting/phases/act-on-phases.ts";
import { Reference } from "../../../components/people/reference.tsx";
import { Part } from "./part.tsx";

interface Props {
  readonly phase: PhaseAbout;
  readonly name: PhaseName;
}

/** Who cares for it, where to read on, and what people left on it. */
export function PhasePeople({ phase, name }: Props): ReactElement {
  const { owner, description, runbook, links, notes } = phase;
  return (
    <>
      {(owner !== "" || description !== "" || runbook !== "" || links.length > 0) && (
        <Part title="About">
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-small">
            <Line name="Owner">{owner}</Line>
            <Line name="What for">{description}</Line>
            {runbook !== "" && <Line name="Runbook">{<Reference name={runbook} url={runbook} />}</Line>}
            {links.length > 0 && (
              <Line name="Links">
                <span className="flex flex-wrap gap-x-3">
                  {links.map((link) => (
                    <Reference key={link.name} {...link} />
                  ))}
                </span>
              </Line>
            )}
          </dl>
        </Part>
      )}
      <Part title="Notes">
        <Notes
          target={{ kind: "phase", key: `${name.type}:${name.job}`, workflow: name.workflow }}
          notes={notes}
          of={name}
          query="workflows"
        />
      </Part>
    </>
  );
}

function Line({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement | null {
  return children === "" ? null : (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="break-words">{children}</dd>
    </>
  );
}
