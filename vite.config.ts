import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const root = import.meta.dirname;

/** The dashboard: `web/` becomes `dist/web/`, files whose names change with their content. `npm run dev:web` serves it from its sources. */
export default defineConfig({
  root: join(root, "web"),
  plugins: [react(), tailwindcss()],
  build: {
    outDir: join(root, "dist/web"),
    emptyOutDir: true,
    target: "es2023",
    // The page allows no scripts, styles or fonts but from files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: { root, environment: "happy-dom", include: ["test/web/**/*.test.tsx"] },
  server: { port: 5173, proxy: { "/api": "http://127.0.0.1:8080", "/status": "http://127.0.0.1:8080" } },
});
