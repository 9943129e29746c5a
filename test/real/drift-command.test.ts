import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { healthy, trafficProject, withLive } from "./traffic-project.ts";

const project = trafficProject();
const { script, withAws } = project;

describe("npm run drift", () => {
  it("ends with 0 where nothing differs", async () => {
    await withAws(healthy, async (aws) => {
      const { stdout, code } = await script(aws, "drift", "dev");
      expect(stdout).toMatch(/^\d+ resources of dev match the stack's state\n$/);
      expect(code).toBe(0);
    });
  });

  it("shows weights, images and rules that are gone, and what the file says otherwise", async () => {
    const { resources } = JSON.parse(readFileSync(project.state, "utf8")) as {
      resources: { urn: string; type: string; name: string; inputs: Record<string, unknown> }[];
    };
    const find = (type: string, name: string) =>
      resources.find((one) => one.type.endsWith(type) && one.name === name);
    const [live, direct, deployment] = [
      find("ListenerRule", "chat-live"),
      find("ListenerRule", "chat-green-direct"),
      find(":Deployment", "chat-blue"),
    ];
    const text = (value: unknown) => JSON.stringify(value);
    const changed = {
      [live?.urn ?? ""]: JSON.parse(
        text(live?.inputs).replace('"weight":100', '"weight":60').replace('"weight":0', '"weight":40'),
      ),
      [direct?.urn ?? ""]: null,
      [deployment?.urn ?? ""]: JSON.parse(
        text(deployment?.inputs).replaceAll(/sha256:[0-9a-f]{64}/g, `sha256:${"0".repeat(64)}`),
      ),
    };
    writeFileSync(`${project.state}.live`, JSON.stringify(changed));
    writeFileSync(join(project.folder, "Pulumi.dev.yaml"), withLive("green"));

    const { stdout, code } = await withAws(healthy, (aws) => script(aws, "drift", "dev", "--json"));
    expect(code).toBe(1);
    const found = JSON.parse(stdout) as { name: string; field: string; found?: unknown }[];
    expect(found.map(({ name, field }) => `${name} ${field}`).sort()).toEqual([
      "Pulumi.dev.yaml chat",
      "chat-blue image of engine",
      "chat-blue image of verify",
      "chat-green-direct ",
      "chat-live weight of chat-blue",
      "chat-live weight of chat-green",
    ]);
  });
});
