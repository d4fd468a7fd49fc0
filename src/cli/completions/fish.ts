import type { CommandNode, FlagNode } from "./command-tree.ts";

/** The completion script for fish 3 and newer. */
export function fishScript(tree: readonly CommandNode[]): string {
  const paths = tree.filter(({ path }) => path !== "").map(({ path }) => quotedForFish(path));
  const lines = tree.flatMap((node) => [
    ...node.commands.map(
      ({ name, summary }) => `${start(node)} -f -a ${quotedForFish(name)} -d ${quotedForFish(summary)}`,
    ),
    ...node.flags.map((flag) => `${start(node)} ${flagText(flag)} -d ${quotedForFish(flag.summary)}`),
  ]);
  return `# Completions of flowlord for fish, made by \`flowlord completions fish\`.
function __flowlord_command
  set -l command ''
  for word in (commandline -opc)[2..-1]
    set -l next (string trim -- "$command $word")
    if contains -- $next ${paths.join(" ")}
      set command $next
    end
  end
  test "$command" = "$argv[1]"
end
${lines.join("\n")}
`;
}

function start({ path }: CommandNode): string {
  return `complete -c flowlord -n ${quotedForFish(`__flowlord_command ${quotedForFish(path)}`)}`;
}

function flagText({ long, short, takesValue, choices, isFile }: FlagNode): string {
  const names = [...(short === null ? [] : [`-s ${short.slice(1)}`]), `-l ${long.replace(/^--/, "")}`].join(" ");
  if (!takesValue) return names;
  if (choices.length > 0) return `${names} -x -a ${quotedForFish(choices.join(" "))}`;
  return `${names} ${isFile ? "-r" : "-x"}`;
}

function quotedForFish(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", String.raw`\'`)}'`;
}
