import { describe, expect, it } from "vitest";
import { environments, readStackConfig } from "../../scripts/plan/environment.ts";
import { parseConfig, type RawConfig } from "../../stacks/config.ts";
import { changed } from "../support/changed.ts";
import { problemsOf, problemsWith, shipped } from "../support/configuration.ts";
import { fixtureRoot } from "../support/plan.ts";

describe("a configuration that is whole", () => {
  it.each(environments(fixtureRoot))("is accepted: %s", (environment) => {
    const config = parseConfig({
      environment,
      config: readStackConfig(fixtureRoot, environment),
      releases: shipped.releases,
      today: shipped.today,
    });
    expect(config.environment).toBe(environment);
  });

  it("may hold objects as the JSON text that Pulumi hands over", () => {
    const config = Object.fromEntries(
      Object.entries(shipped.config).map(([key, value]) => [
        key,
        typeof value === "object" ? JSON.stringify(value) : String(value),
      ]),
    );
    expect(parseConfig({ ...shipped, config })).toEqual(parseConfig(shipped));
  });

  it("keeps only the releases that its slots name", () => {
    expect(Object.keys(parseConfig(shipped).releases)).toEqual(["qwen3-8b-awq-1", "qwen3-8b-awq-2"]);
  });

  it("may use a VPC that is there", () => {
    const existing = {
      vpcId: "vpc-0a1b2c3d",
      cidr: "10.9.0.0/16",
      privateSubnetIds: ["subnet-0a", "subnet-0b"],
      publicSubnetIds: ["subnet-0c", "subnet-0d"],
    };
    expect(problemsWith("network", { existing })).toEqual([]);
  });
});

describe("what belongs in no configuration", () => {
  const key = `sk-proj-${"aB3".repeat(14)}`;

  it.each(["monitoring.notify", "tenants.web.models.0", "modelStore.bucket"])(
    "is refused wherever it stands, and never shown: %s",
    (path) => {
      const found = problemsWith(path, path.endsWith("notify") ? [key] : key);
      expect(found.join()).toContain("looks like a credential; revoke it");
      expect(found.join()).not.toContain(key);
    },
  );

  it("is refused in what other packages read, unless the CLI encrypted it", () => {
    const problems = (value: unknown) =>
      problemsOf({
        ...shipped,
        config: { ...shipped.config, "aws:secretKey": value } as RawConfig["config"],
      });
    expect(problems(key)).toEqual([expect.stringContaining("aws:secretKey: looks like a credential")]);
    expect(problems({ secure: `AAABA${"aB3".repeat(11)}Xy` })).toEqual([]);
  });

  it("is the name of a prototype, which would be left out without a word", () => {
    const tenants = JSON.parse('{ "__proto__": { "models": ["chat"] } }');
    expect(problemsWith("tenants", tenants).join()).toContain(
      "tenants.__proto__: not a name that may be used",
    );
  });
});

describe("a switch to a release that gives clients less", () => {
  /** dev with its second release changed, and in front of clients or not. */
  function problems(
    live: "blue" | "green",
    change: (release: Record<string, unknown>) => object,
    accepts?: string[],
  ) {
    const traffic = { live, canaryPercent: 0, ...(accepts && { accepts }) };
    const second = shipped.releases["qwen3-8b-awq-2"] as Record<string, unknown>;
    return problemsOf({
      ...shipped,
      config: changed(shipped.config, ["gantry:models", "chat", "traffic"], traffic) as RawConfig["config"],
      releases: { ...shipped.releases, "qwen3-8b-awq-2": change(second) },
    });
  }
  const shorter = (release: Record<string, unknown>) => ({
    ...release,
    limits: { ...(release.limits as object), contextLength: 8192 },
  });
  const refused =
    "Pulumi.dev.yaml: models.chat.traffic.live: qwen3-8b-awq-2 serves 8192 tokens of context, the other slot 16384; accept the difference with models.chat.traffic.accepts: [contextLength], or set live to blue";

  it("is refused with both numbers and the ways out", () => {
    expect(problems("green", shorter)).toEqual([refused]);
  });

  it("is allowed where the difference is accepted, and for that difference only", () => {
    expect(problems("green", shorter, ["contextLength"])).toEqual([]);
    expect(problems("green", shorter, ["tokenizer", "reasoning"])).toEqual([refused]);
  });

  it("doesn't apply to a standby, nor to a release that offers more", () => {
    expect(problems("blue", shorter)).toEqual([]);
    expect(problems("green", (release) => release)).toEqual([]);
  });

  it("doesn't apply to a rollback to an earlier release of the series", () => {
    expect(problems("blue", (release) => ({ ...release, parsers: { toolCalls: "hermes" } }))).toEqual([]);
  });

  it("is refused between releases that aren't of one series, whichever is live", () => {
    const models = { ...(shipped.config["gantry:models"] as { chat: object }).chat };
    const second = shipped.releases["qwen3-8b-awq-2"] as Record<string, unknown>;
    const longer = { ...second, limits: { ...(second.limits as object), contextLength: 32_768 } };
    const releases = { ...shipped.releases, other: longer };
    const chat = { ...models, green: { release: "other", pool: "a10g", replicas: { min: 1, max: 1 } } };
    const config = { ...shipped.config, "gantry:models": { chat } };
    expect(problemsOf({ ...shipped, config, releases })).toEqual([
      "Pulumi.dev.yaml: models.chat.traffic.live: qwen3-8b-awq-1 serves 16384 tokens of context, the other slot 32768; accept the difference with models.chat.traffic.accepts: [contextLength], or set live to green",
    ]);
  });
});

describe("a mistake in the configuration is reported with its path and a fix", () => {
  const release = "release:qwen3-8b-awq-1";
  const chat = "Pulumi.dev.yaml: models.chat";
  const file = "stacks/releases/qwen3-8b-awq-1.yaml";
  const demand =
    "Pulumi.dev.yaml: pools.a10g.maxGpus: 6 GPUs are needed at maximum (with 1 more of each slot while it is rolled):";
  const fast = { release: "qwen3-8b-awq-1", pool: "a10g", replicas: { min: 1, max: 1 } };

  // Path, value in its place, and the exact problems.
  const mistakes: [name: string, path: string, value: unknown, problems: string[]][] = [
    ["a missing key", "budget", undefined, ["Pulumi.dev.yaml: budget: missing: expected object"]],
    [
      "a misspelt key",
      "pools.a10g.maxGPU",
      4,
      ['Pulumi.dev.yaml: pools.a10g.maxGPU: unknown key; did you mean "maxGpus"?'],
    ],
    [
      "a key that is like no other",
      "pools.a10g.zzz",
      4,
      [
        "Pulumi.dev.yaml: pools.a10g.zzz: unknown key; allowed: instanceTypes, capacity, reservations, maxGpus, diskGiB",
      ],
    ],
    [
      "a wrong type",
      "pools.a10g.maxGpus",
      "four",
      ["Pulumi.dev.yaml: pools.a10g.maxGpus: a whole number of GPUs"],
    ],
    [
      "a number where text belongs",
      "cluster.version",
      1.36,
      ['Pulumi.dev.yaml: cluster.version: in quotes, or YAML makes a number of it: "1.36"'],
    ],
    [
      "a Kubernetes version without pins",
      "cluster.version",
      "1.31",
      [
        "Pulumi.dev.yaml: cluster.version: no add-ons and machine images are pinned for it; allowed: 1.36 (components/cluster/versions.ts)",
      ],
    ],
    [
      "min above max",
      "models.chat.blue.replicas",
      { min: 3, max: 1 },
      [`${chat}.blue.replicas.min: above max, which is 1`],
    ],
    [
      "no replica",
      "models.chat.blue.replicas.min",
      0,
      [
        `${chat}.blue.replicas.min: a slot keeps one replica at least, so that it answers and a rollback finds it`,
      ],
    ],
    [
      "a pool that doesn't exist",
      "models.chat.blue.pool",
      "a10",
      [`${chat}.blue.pool: no such pool; did you mean "a10g"?`],
    ],
    ...["constructor", "toString", "__proto__"].flatMap((word): [string, string, unknown, string[]][] => [
      [
        `a pool named as what every object inherits: ${word}`,
        "models.chat.blue.pool",
        word,
        [`${chat}.blue.pool: no such pool; allowed: a10g`],
      ],
      [
        `a release named as what every object inherits: ${word}`,
        "models.chat.blue.release",
        word,
        [
          `${chat}.blue.release: no file stacks/releases/${word}.yaml; allowed: llama-3.3-70b-fp8-1, qwen3-32b-awq-1, qwen3-8b-awq-1, qwen3-8b-awq-2`,
        ],
      ],
    ]),
    [
      "a release file that doesn't exist",
      "models.chat.blue.release",
      "qwen3-8b-awq-9",
      [`${chat}.blue.release: no file stacks/releases/qwen3-8b-awq-9.yaml; did you mean "qwen3-8b-awq-1"?`],
    ],
    [
      "a live slot that isn't defined",
      "models.chat",
      { blue: fast, traffic: { live: "green", canaryPercent: 0 } },
      [`${chat}.traffic.live: the green slot isn't defined; add models.chat.green or set live to blue`],
    ],
    [
      "a canary with no standby",
      "models.chat",
      { blue: fast, traffic: { live: "blue", canaryPercent: 5 } },
      [
        `${chat}.traffic.canaryPercent: there is no standby to take the canary; add models.chat.green or set it to 0`,
      ],
    ],
    [
      "copies without a standby",
      "models.chat",
      { blue: fast, traffic: { live: "blue", canaryPercent: 0, shadowPercent: 5 } },
      [
        `${chat}.traffic.shadowPercent: there is no standby to take the copies; add models.chat.green or set it to 0`,
      ],
    ],
    [
      "copies during a canary",
      "models.chat.traffic",
      { live: "blue", canaryPercent: 5, shadowPercent: 5 },
      [`${chat}.traffic: copies during a canary would be counted with its answers; set one of the two to 0`],
    ],
    [
      "a difference that can't be accepted",
      "models.chat.traffic.accepts",
      ["servedName"],
      [`${chat}.traffic.accepts.0: allowed: contextLength, tokenizer, toolCalls, reasoning`],
    ],
    [
      "a name that is another model's direct host",
      "models.chat-blue",
      { blue: fast, traffic: { live: "blue", canaryPercent: 0 } },
      [
        `${demand} chat.blue 2 × 1, chat.green 2 × 1, chat-blue.blue 2 × 1; in whole instances of 1 the next limit that works is 6; raise it or lower replicas.max`,
        "Pulumi.dev.yaml: models.chat-blue: its host is the one that reaches the blue slot of chat; take a name that doesn't end in -blue",
      ],
    ],
    [
      "an evaluation of another release",
      `${release}.evaluation`,
      {
        suite: "assistant",
        cases: 120,
        score: 0.9,
        releaseId: `sha256:${"0".repeat(64)}`,
        date: "2026-11-12",
      },
      [
        `${file}: evaluation.releaseId: is of another release, this one is sha256:ba00d0e19b6bc31f21989cf59624b9c8cf3649cbef407e5d51cd0a36d9443d02; take the record out and evaluate again`,
      ],
    ],
    [
      "a canary below 0",
      "models.chat.traffic.canaryPercent",
      -1,
      [`${chat}.traffic.canaryPercent: from 0 to 100`],
    ],
    [
      "a canary above 100",
      "models.chat.traffic.canaryPercent",
      101,
      [`${chat}.traffic.canaryPercent: from 0 to 100`],
    ],
    [
      "half a percent",
      "models.chat.traffic.canaryPercent",
      0.5,
      [`${chat}.traffic.canaryPercent: a whole percentage`],
    ],
    [
      "a revision that isn't 40 hex digits",
      `${release}.model.revision`,
      "main",
      [
        `${file}: model.revision: a revision is the 40 hex digits of a commit: a branch or tag moves (see the repository's history)`,
      ],
    ],
    [
      "an image without digest",
      `${release}.engine.image`,
      "vllm/vllm-openai:v0.31.0",
      [`${file}: engine.image: an image is pinned by digest, as repository@sha256:<64 hex>: a tag moves`],
    ],
    [
      "more tensor parallelism than any instance type has GPUs",
      `${release}.limits.tensorParallel`,
      2,
      [`${chat}.blue: tensorParallel 2 is more than the 1 GPU of g5.xlarge`],
    ],
    [
      "tensor parallelism that divides no heads",
      `${release}.limits.tensorParallel`,
      3,
      [
        `${file}: limits.tensorParallel: 32 attention heads don't divide by tensorParallel 3; possible: 1, 2, 4, 8, 16, 32`,
        `${file}: limits.tensorParallel: 8 key-value heads and tensorParallel 3: one must divide by the other; possible: 1, 2, 4, 8 or a multiple of 8`,
        `${chat}.blue: tensorParallel 3 is more than the 1 GPU of g5.xlarge`,
      ],
    ],
    [
      "a context that the model wasn't trained for",
      `${release}.limits.contextLength`,
      65536,
      [
        `${file}: limits.contextLength: above the 40960 tokens (model.maxPositions) that the model was trained for; lower it, or say under model.contextScaling how positions are scaled`,
      ],
    ],
    [
      "a range that doesn't parse",
      "network.create.cidr",
      "10.40.0.0/33",
      ["Pulumi.dev.yaml: network.create.cidr: an IPv4 range, such as 10.40.0.0/16"],
    ],
    [
      "a range that overlaps the Services'",
      "network.create.cidr",
      "172.20.0.0/16",
      [
        "Pulumi.dev.yaml: network.create.cidr: overlaps 172.20.0.0/16, the addresses of Kubernetes Services; take another, such as 10.40.0.0/16",
      ],
    ],
    [
      "a range that is too small",
      "network.create.cidr",
      "10.40.0.0/24",
      ["Pulumi.dev.yaml: network.create.cidr: a VPC here is between /16 and /19"],
    ],
    [
      "a range that begins in its middle",
      "network.create.cidr",
      "10.40.1.0/16",
      ["Pulumi.dev.yaml: network.create.cidr: begins in the middle of its range; write 10.40.0.0/16"],
    ],
    [
      "as many NAT gateways as make no sense",
      "network.create.natGateways",
      3,
      [
        "Pulumi.dev.yaml: network.create.natGateways: 1, or one per zone, which is 2: other numbers cost more and protect no whole zone",
      ],
    ],
    [
      "a zone of another region",
      "network.create.zones",
      ["us-east-1a", "eu-west-1b"],
      [
        "Pulumi.dev.yaml: network.create.zones.1: not a zone of us-east-1 in which EKS makes clusters; allowed: us-east-1a, us-east-1b, us-east-1c, us-east-1d, us-east-1e, us-east-1f",
      ],
    ],
    [
      "a zone in which EKS makes no clusters",
      "network.create.zones",
      ["use1-az3", "use1-az1"],
      [
        'Pulumi.dev.yaml: network.create.zones.0: not a zone of us-east-1 in which EKS makes clusters; did you mean "use1-az1"?',
      ],
    ],
    [
      "zones by id and by name",
      "network.create.zones",
      ["use1-az1", "us-east-1b"],
      ["Pulumi.dev.yaml: network.create.zones: by id or by name, not both: one zone could stand there twice"],
    ],
    [
      "one subnet alone for a public edge",
      "network",
      {
        existing: {
          vpcId: "vpc-0a1b2c3d",
          cidr: "10.9.0.0/16",
          privateSubnetIds: ["subnet-0a", "subnet-0b"],
          publicSubnetIds: ["subnet-0c"],
        },
      },
      ["Pulumi.dev.yaml: network.existing.publicSubnetIds: two zones at least"],
    ],
    [
      "private addresses in front of the API",
      "cluster.endpoint",
      { publicFrom: ["10.1.0.0/16", "0.0.0.0/0"] },
      [
        "Pulumi.dev.yaml: cluster.endpoint.publicFrom.0: private addresses, which EKS refuses; put the public addresses you come from, such as <address>/32 with the address that curl https://checkip.amazonaws.com prints",
      ],
    ],
    [
      "more ranges than EKS takes",
      "cluster.endpoint",
      { publicFrom: Array.from({ length: 41 }, (_, index) => `8.8.${index}.0/24`) },
      [
        "Pulumi.dev.yaml: cluster.endpoint.publicFrom: 40 ranges at most, which is EKS's limit: join neighbours, or take the range of a VPN",
      ],
    ],
    [
      "an administrator twice",
      "cluster.admins",
      ["arn:aws:iam::111122223333:role/platform", "arn:aws:iam::111122223333:role/platform"],
      ["Pulumi.dev.yaml: cluster.admins: duplicate; list each once"],
    ],
    [
      "an address twice",
      "monitoring.notify",
      ["oncall@example.com", "OnCall@example.com"],
      ["Pulumi.dev.yaml: monitoring.notify: duplicate; list each once"],
    ],
    [
      "more addresses than a budget takes",
      "monitoring.notify",
      Array.from({ length: 11 }, (_, index) => `a${index}@example.com`),
      [
        "Pulumi.dev.yaml: monitoring.notify: 10 addresses at most, which is AWS's limit for a budget: put more behind a mailing list",
      ],
    ],
    [
      "more system nodes than a group takes",
      "cluster.systemNodes.max",
      451,
      [
        "Pulumi.dev.yaml: cluster.systemNodes.max: 450 nodes at most, which is EKS's limit for a managed node group",
      ],
    ],
    [
      "a disk larger than AWS has",
      "monitoring.storageGiB",
      65_537,
      ["Pulumi.dev.yaml: monitoring.storageGiB: 65536 GiB at most, the largest gp3 volume"],
    ],
    ...[
      "xn--models",
      "sthree-models",
      "amzn-s3-demo-models",
      "models-s3alias",
      "models--ol-s3",
      "models--x-s3",
    ].map((bucket): [string, string, unknown, string[]] => [
      `a bucket's name that S3 reserves: ${bucket}`,
      "modelStore.bucket",
      bucket,
      [
        "Pulumi.dev.yaml: modelStore.bucket: S3 reserves names that begin with xn--, sthree- or amzn-s3-demo- or end with -s3alias, --ol-s3, --x-s3 or --table-s3",
      ],
    ]),
    [
      "an instance type that isn't in the table",
      "pools.a10g.instanceTypes",
      ["g5.xlarg"],
      ['Pulumi.dev.yaml: pools.a10g.instanceTypes.0: not in the instance table; did you mean "g5.xlarge"?'],
    ],
    [
      "an instance type without a GPU",
      "pools.a10g.instanceTypes",
      ["m7i.large"],
      ["Pulumi.dev.yaml: pools.a10g.instanceTypes.0: has no GPU; a pool is of GPU nodes"],
    ],
    [
      "two kinds of GPU in one pool",
      "pools.a10g.instanceTypes",
      ["g5.xlarge", "g6e.xlarge"],
      [
        "Pulumi.dev.yaml: pools.a10g.instanceTypes: a pool has one kind of GPU, these have a10g and l40s; make a pool of each",
      ],
    ],
    [
      "more replicas than the pool has GPUs",
      "models.chat.blue.replicas.max",
      3,
      [
        `${demand} chat.blue 4 × 1, chat.green 2 × 1; in whole instances of 1 the next limit that works is 6; raise it or lower replicas.max`,
      ],
    ],
    [
      "a limit of GPUs that starts no instance",
      "pools.a10g",
      { instanceTypes: ["g5.48xlarge"], capacity: ["on-demand"], maxGpus: 6 },
      [
        "Pulumi.dev.yaml: pools.a10g.maxGpus: no instance of the pool is that small (g5.48xlarge), so none would start; the next limit that works is 8",
      ],
    ],
    [
      "a limit of GPUs that isn't whole instances",
      "pools.a10g",
      { instanceTypes: ["g5.12xlarge"], capacity: ["on-demand"], maxGpus: 3 },
      [
        "Pulumi.dev.yaml: pools.a10g.maxGpus: no instance of the pool is that small (g5.12xlarge), so none would start; the next limit that works is 4",
      ],
    ],
    [
      "reserved capacity without a reservation",
      "pools.a10g.capacity",
      ["reserved"],
      [
        "Pulumi.dev.yaml: pools.a10g.reservations: missing: capacity has reserved, so name the capacity reservations (cr-…), or take reserved out",
      ],
    ],
    [
      "an end that is no day",
      "pools.a10g",
      {
        instanceTypes: ["g5.xlarge"],
        capacity: ["reserved"],
        reservations: [{ id: "cr-0a1b", ends: "2027-02-30" }],
        maxGpus: 8,
      },
      ["Pulumi.dev.yaml: pools.a10g.reservations.0.ends: a day such as 2027-01-15"],
    ],
    [
      "a reservation twice, once with its end",
      "pools.a10g",
      {
        instanceTypes: ["g5.xlarge"],
        capacity: ["reserved"],
        reservations: ["cr-0a1b", { id: "cr-0a1b", ends: "2027-01-15" }],
        maxGpus: 8,
      },
      ["Pulumi.dev.yaml: pools.a10g.reservations: duplicate; list each once"],
    ],
    [
      "a name longer than AWS allows",
      "models",
      { "a-model-with-a-long-name": { blue: fast, traffic: { live: "blue", canaryPercent: 0 } } },
      [
        "Pulumi.dev.yaml: models.a-model-with-a-long-name: too long: at most 18 characters, so that the names of its AWS resources fit",
      ],
    ],
    [
      "a name that AWS refuses",
      "models",
      { Chat_1: { blue: fast, traffic: { live: "blue", canaryPercent: 0 } } },
      [
        "Pulumi.dev.yaml: models.Chat_1: a name has lower-case letters, digits and dashes, and begins with a letter",
      ],
    ],
    [
      "an endpoint that is open to no range",
      "cluster.endpoint",
      { publicFrom: [] },
      ["Pulumi.dev.yaml: cluster.endpoint.publicFrom: name the ranges, or choose { private: true }"],
    ],
    [
      "a KV cache type that isn't known",
      `${release}.limits.kvCacheDtype`,
      "fp9",
      [
        `${chat}.blue: KV cache type "fp9" is unknown; known: auto, bfloat16, float16, fp8, fp8_e4m3, fp8_e5m2`,
      ],
    ],
    [
      "a model that would never wake",
      "models.chat.idle",
      "scale-to-zero",
      [
        `${chat}.idle: the gateway doesn't hold a request for the minutes in which a replica starts, so callers would get errors or the fallback, and that their requests wake the slot isn't tested; take it out, and set replicas.min to 1 or more`,
      ],
    ],
    [
      "a route to nowhere",
      "routes.assistant",
      { selfHosted: "chatt", hosted: "gpt-5" },
      [
        'Pulumi.dev.yaml: routes.assistant.selfHosted: no such model; did you mean "chat"?',
        "Pulumi.dev.yaml: routes.assistant.hosted: no such model; allowed: gpt-4o",
      ],
    ],
    [
      "an engine version whose flags aren't known",
      `${release}.engine.version`,
      "0.32.1",
      [
        `${file}: engine.version: its flags aren't known; known versions: 0.28.0, 0.31.0, 0.32.0, 0.33.0 (npm run vllm-flags -- 0.32.1)`,
        `${file}: exemptions.0.advisory: not open in vllm 0.32.1; none is defined`,
        `${file}: exemptions.1.advisory: not open in vllm 0.32.1; none is defined`,
      ],
    ],
    [
      "an engine with an advisory that no exemption covers",
      `${release}.exemptions`,
      [{ advisory: "PYSEC-2026-4344", reason: "only the VPC reaches the engines", expires: "2027-01-15" }],
      [
        `${file}: engine.version: PYSEC-2026-4349 (a chat template exhausts the server) is open in vllm 0.31.0, fixed in 0.32.0; take a later version, or say why under exemptions: { advisory, reason, expires }`,
      ],
    ],
    [
      "an exemption without a reason",
      `${release}.exemptions`,
      [{ advisory: "PYSEC-2026-4344", reason: "later", expires: "2027-01-15" }],
      [`${file}: exemptions.0.reason: a reason that the next reader understands, of 20 characters or more`],
    ],
    ["a file that holds only text", release, "qwen", [`${file}: : expected object, received string`]],
  ];

  it.each(mistakes)("%s", (_name, path, value, problems) => {
    expect(problemsWith(path, value)).toEqual(problems);
  });

  it("a quantization that the GPU can't run, with what it runs", () => {
    const [problem, ...more] = problemsWith(`${release}.model.quantization`, "compressed-tensors-w4a8-fp8");
    expect(more).toEqual([]);
    expect(problem).toContain(
      'models.chat.blue: quantization "compressed-tensors-w4a8-fp8" needs compute capability 9.0, the NVIDIA A10G has 8.6; it runs: none, awq',
    );
  });

  it("a model that doesn't fit, with the numbers", () => {
    const [own, fit, ...more] = problemsWith(`${release}.model.weightsGiB`, 30);
    // The release contradicts itself as well: so few parameters don't weigh as much.
    expect(own).toContain("model.weightsGiB: 8.19 billion parameters in awq take about 5.7 GiB");
    expect(more).toEqual([]);
    expect(fit).toMatch(
      /^Pulumi\.dev\.yaml: models\.chat\.blue: doesn't fit: 30\.00 GiB of weights \+ \d\.\d\d GiB .* of 19\.83 GiB \(0\.9 of 22\.03\); take a smaller/,
    );
  });

  it("an exemption that has ended", () => {
    expect(problemsOf({ ...shipped, today: "2027-01-15" })).toEqual([]);
    const problems = problemsOf({ ...shipped, today: "2027-01-16" });
    expect(problems).toHaveLength(4);
    expect(problems[0]).toContain(
      "PYSEC-2026-4344 (a chat template exhausts the server) is open in vllm 0.31.0, fixed in 0.32.0, and its exemption ended on 2027-01-15",
    );
  });

  it("a limit of waiting requests for an engine that has none", () => {
    const engine = changed(shipped.releases, ["qwen3-8b-awq-1", "engine", "version"], "0.28.0");
    const releases = changed(
      engine,
      ["qwen3-8b-awq-1", "limits", "queuedRequests"],
      64,
    ) as RawConfig["releases"];
    expect(problemsOf({ ...shipped, releases })[0]).toBe(
      `${file}: limits.queuedRequests: vLLM 0.28.0 has no limit for waiting requests; leave it out or take a later version`,
    );
  });

  it("a range for documentation, as soon as the account is a real one", () => {
    const config = { ...shipped.config, "gantry:account": "999988887777" };
    expect(problemsOf({ ...shipped, config })).toEqual([
      "Pulumi.dev.yaml: cluster.endpoint.publicFrom.0: addresses for documentation, which EKS refuses; put the public addresses you come from, such as <address>/32 with the address that curl https://checkip.amazonaws.com prints",
    ]);
  });

  it("a region that isn't there, and one with fewer zones than wanted", () => {
    const inRegion = (region: string, zones: number) =>
      problemsOf({
        ...shipped,
        config: changed(
          { ...shipped.config, "aws:region": region },
          ["gantry:network", "create", "zones"],
          zones,
        ) as RawConfig["config"],
      });
    expect(inRegion("us-east-9", 2)).toEqual([
      'Pulumi.dev.yaml: aws:region: not a region with EKS; did you mean "us-east-1"?',
    ]);
    expect(inRegion("constructor", 2)).toEqual([
      expect.stringMatching(/^Pulumi\.dev\.yaml: aws:region: not a region with EKS; allowed: af-south-1/),
    ]);
    expect(inRegion("us-west-1", 2)).toEqual([]);
    expect(inRegion("us-west-1", 3)).toEqual([
      "Pulumi.dev.yaml: network.create.zones: us-west-1 has 2 zones in which EKS makes clusters: usw1-az1, usw1-az3",
    ]);
  });

  it("a missing region", () => {
    const { "aws:region": _, ...config } = shipped.config;
    expect(problemsOf({ ...shipped, config })).toEqual([
      "Pulumi.dev.yaml: aws:region: missing: expected string",
    ]);
  });

  it("all at once, file by file, in aligned columns", () => {
    const config = {
      ...shipped.config,
      "gantry:budget": { monthlyUsd: -1 },
      "gantry:protect": "perhaps",
    };
    const releases = changed(
      shipped.releases,
      ["qwen3-8b-awq-2", "model", "layers"],
      0,
    ) as RawConfig["releases"];
    expect(() => parseConfig({ ...shipped, config, releases })).toThrow(
      [
        "Pulumi.dev.yaml",
        "  budget.monthlyUsd  -1         US dollars a month, above 0",
        '  protect            "perhaps"  true or false',
        "stacks/releases/qwen3-8b-awq-2.yaml",
        "  model.layers  0  layers: at least 1",
      ].join("\n"),
    );
  });
});
