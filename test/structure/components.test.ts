import { describe, expect, it } from "vitest";
import { sources } from "./sources.ts";

const component = /export class (\w+) extends pulumi\.ComponentResource \{[\s\S]*?\n\}\n/g;

/** Every component class: its file, its name and its text. */
const components = [...sources()].flatMap(([file, text]) =>
  [...text.matchAll(component)].map(([body, name = ""]) => ({ file, name, body })),
);

describe("components", () => {
  it("are found in the sources", () => {
    expect(components.map(({ name }) => name)).toEqual(expect.arrayContaining(["Gantry", "Model", "Slot"]));
  });

  it.each(components)(
    "$name takes name, arguments and options, and says its constant type",
    ({ file, name, body }) => {
      const folder = file.startsWith("stacks/") ? "index" : file.split("/")[1];
      expect(body).toMatch(
        /\n {2}constructor\(\s*name: string,\s*(?:args: \w+Args|config: Config),\s*opts\??: pulumi\.ComponentResourceOptions,?\s*\) \{/,
      );
      const options = folder === "index" ? "{ ...opts, transformations: [nameTag] }" : "opts";
      expect(body).toContain(`super("gantry:${folder}:${name}", name, {}, ${options});`);
      expect(body).toContain("this.registerOutputs(");
    },
  );

  it("make nothing inside apply, and read neither configuration nor environment", () => {
    const reading = [...sources()]
      .filter(([file]) => file.startsWith("components/"))
      .filter(([, text]) =>
        /\bnew pulumi\.Config\b|\bgetStack\(|\bprocess\.env\b|\.apply\([^)]*=>[^)]*\bnew [A-Z]/.test(text),
      )
      .map(([file]) => file);
    expect(reading).toEqual([]);
  });
});
