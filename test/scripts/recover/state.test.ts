import { describe, expect, it } from "vitest";
import type { LeftBehind } from "../../../scripts/recover/left-behind.ts";
import { adopt, type Exported } from "../../../scripts/recover/state.ts";

const type = "aws:lb/targetGroup:TargetGroup";
const urn = `urn:pulumi:dev::gantry::${type}::chat-blue`;
const resource = {
  urn,
  type,
  custom: true,
  parent: "urn:pulumi:dev::gantry::gantry:serving:Slot::chat-blue",
  provider: "urn:pulumi:dev::gantry::pulumi:providers:aws::gantry-dev::1",
  dependencies: ["urn:pulumi:dev::gantry::aws:ec2/vpc:Vpc::network"],
  inputs: {
    __defaults: ["name"],
    name: "chat-blue-1a2b3c4",
    healthCheck: { __defaults: [], path: "/health" },
  },
};
const state: Exported = {
  version: 3,
  deployment: { manifest: {}, resources: [], pending_operations: [{ type: "creating", resource }] },
};
const left: LeftBehind = { urn, type, name: "chat-blue", action: "import", id: "arn:1", because: "" };

describe("a state that adopts what was left behind", () => {
  it("has it with the update's own inputs, so that a name that Pulumi made up stays", () => {
    const { state: after, refreshed } = adopt(state, [left]);
    expect(after.deployment.resources).toEqual([
      { ...resource, id: "arn:1", outputs: { name: "chat-blue-1a2b3c4", healthCheck: { path: "/health" } } },
    ]);
    expect(after.deployment.pending_operations).toEqual([]);
    expect(refreshed).toEqual([urn]);
  });

  it("has what is to be deleted under another name and without dependencies", () => {
    const { state: after, deleted } = adopt(state, [{ ...left, action: "delete" }]);
    expect(deleted).toEqual([`${urn}-left-behind-1`]);
    expect(after.deployment.resources).toMatchObject([{ urn: deleted[0], id: "arn:1", dependencies: [] }]);
  });

  it("keeps the note of what a person has to look at, and of what wasn't approved", () => {
    expect(adopt(state, [{ ...left, action: "unknown" }]).state).toEqual(state);
    expect(adopt(state, []).state).toEqual(state);
  });

  it("changes nothing of the text that it was read from", () => {
    const before = structuredClone(state);
    adopt(state, [left]);
    expect(state).toEqual(before);
  });
});
