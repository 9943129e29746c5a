import { expect, it } from "vitest";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { images } from "../../../../policies/read/kubernetes/images.ts";

const pod = (spec: Value) => images({ type: "kubernetes:core/v1:Pod", name: "a", props: { spec } });

it("images are those that containers run and those that pods mount", () => {
  const found = pod({
    containers: [{ name: "engine", image: "a" }, { name: "side" }],
    initContainers: [{ name: "first", image: unknown }],
    volumes: [{ name: "tmp", emptyDir: {} }, { name: "weights", image: { reference: "b" } }, unknown],
  });
  expect(found.map(({ path, image }) => [path, image])).toEqual([
    ["containers.engine.image", "a"],
    ["containers.side.image", undefined],
    ["initContainers.first.image", unknown],
    ["volumes.1.image.reference", "b"],
    ["volumes.2.image.reference", unknown],
  ]);
});

it("what can't be read may name an image", () => {
  expect(pod(unknown)).toEqual([{ path: "containers.image", where: "pod", image: unknown }]);
  expect(pod({ containers: [], volumes: unknown })).toEqual([
    { path: "volumes.0.image.reference", where: "volume 0", image: unknown },
  ]);
});

it("other resources have none", () => {
  expect(images({ type: "kubernetes:core/v1:Service", name: "a", props: {} })).toEqual([]);
});
