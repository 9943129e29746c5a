import { readdirSync, readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { releaseSchemaFile, schemas, stackSchemaFile } from "../../../scripts/schema/schemas.ts";
import { withField } from "../../support/policy.ts";

const read = (file: string) => parse(readFileSync(file, "utf8"));
const releaseFolder = "stacks/releases";
const files = (folder: string, ending: RegExp) => readdirSync(folder).filter((file) => ending.test(file));

type Node = Readonly<Record<string, unknown>>;

let written: Record<string, object>;
let stack: ValidateFunction;
let release: ValidateFunction;

beforeAll(() => {
  written = schemas(process.cwd());
  // Unions of objects state their types inside; formats are for editors.
  const ajv = new Ajv({ strict: true, strictTypes: false, validateFormats: false });
  stack = ajv.compile(written[stackSchemaFile] as object);
  release = ajv.compile(written[releaseSchemaFile] as object);
});

describe("the schemas that editors use", () => {
  it.each(files(".", /^Pulumi\..+\.yaml$/))("accept %s, which names its schema", (file) => {
    expect(stack(read(file)), JSON.stringify(stack.errors)).toBe(true);
    expect(readFileSync(file, "utf8")).toMatch(
      /^# yaml-language-server: \$schema=stacks\/stack\.schema\.json\n/,
    );
  });

  it.each(files(releaseFolder, /\.yaml$/))("accept the release %s, which names its schema", (file) => {
    expect(release(read(`${releaseFolder}/${file}`)), JSON.stringify(release.errors)).toBe(true);
    expect(readFileSync(`${releaseFolder}/${file}`, "utf8")).toMatch(
      /^# yaml-language-server: \$schema=\.\.\/release\.schema\.json\n/,
    );
  });

  it.each([
    ["a key that doesn't exist", "config.gantry:poools", {}],
    ["a region without EKS", "config.aws:region", "us-east-9"],
    ["a typo below a model", "config.gantry:models.chat.trafic", {}],
    ["a percentage above 100", "config.gantry:models.chat.traffic.canaryPercent", 101],
    ["an account that is a number", "config.gantry:account", 111122223333],
    ["a network that is both made and there", "config.gantry:network.existing", {}],
    ["a missing key", "config.gantry:budget", undefined],
  ])("refuse %s", (_, path, value) => {
    expect(stack(withField(read("Pulumi.dev.yaml"), path, value))).toBe(false);
  });

  it("let a provider's own configuration stand beside Gantry's", () => {
    expect(stack(withField(read("Pulumi.dev.yaml"), "config.aws:profile", "dev"))).toBe(true);
  });

  it("refuse a branch in place of a revision", () => {
    expect(release(withField(read(`${releaseFolder}/qwen3-8b-awq-1.yaml`), "model.revision", "main"))).toBe(
      false,
    );
  });

  it("are written as the code has them: npm run schema", () => {
    for (const [file, schema] of Object.entries(written))
      expect(JSON.parse(readFileSync(file, "utf8")), file).toEqual(schema);
  });

  it("say of each key what the code says of it", () => {
    const described = (path: string) => {
      const node = path
        .split(".")
        .reduce<Node>((at, key) => at[key] as Node, written[stackSchemaFile] as Node);
      return node.description;
    };
    const keys = "properties.config.properties";
    for (const key of Object.keys(read("Pulumi.dev.yaml").config))
      expect(described(`${keys}.${key}`), key).toMatch(/^[A-Z].+\.$/);
    const model = `${keys}.gantry:models.additionalProperties.properties`;
    expect(described(`${model}.traffic.properties.shadowPercent`)).toMatch(/copy.*\nDefault: 0$/);
    const made = `${keys}.gantry:network.anyOf.0.properties.create.properties`;
    expect(described(`${made}.natGateways`)).toMatch(/^1, or one per zone/);
  });
});
