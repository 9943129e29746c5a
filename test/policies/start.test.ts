import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const folder = fileURLToPath(new URL("../../policies", import.meta.url));

it("starts without npm's dependency resolver, which takes a tenth of a second and more", () => {
  const script = `
    require(".").then(() => {
      const loaded = Object.keys(require.cache);
      const of = (name) => loaded.filter((file) => file.includes(name)).length;
      console.log("policy", of("@pulumi/policy/server.js"), "arborist", of("@npmcli/arborist"));
      process.exit();
    });`;
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", script], { cwd: folder, encoding: "utf8" });
  expect([stderr, stdout]).toEqual(["", "policy 1 arborist 0\n"]);
});
