import { QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { readSearch, readSource } from "../../../../web/routes/workflows/search.ts";
import { Source } from "../../../../web/routes/workflows/source/source.tsx";
import { Workflows } from "../../../../web/routes/workflows/workflows.tsx";
import { queryClient } from "../../../../web/services/queries.ts";

/** The workflows at this address, as the program's router shows them. */
export async function showWorkflows(address: string, beside: ReactNode = null): Promise<void> {
  queryClient.clear();
  const root = createRootRoute();
  const shell = createRoute({ getParentRoute: () => root, id: "shell" });
  const workflows = createRoute({
    getParentRoute: () => shell,
    path: "/workflows",
    validateSearch: readSearch,
    component: Workflows,
  });
  const source = createRoute({
    getParentRoute: () => workflows,
    path: "/source",
    validateSearch: readSource,
    component: Source,
  });
  const router = createRouter({
    routeTree: root.addChildren([shell.addChildren([workflows.addChildren([source])])]),
    history: createMemoryHistory({ initialEntries: [address] }),
  });
  await router.load();
  render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router as never} />
      {beside}
    </QueryClientProvider>,
  );
}
