import { describe, expect, it } from "vitest";
import { deletionsIn, deletionsLine, showDeletions } from "../../../scripts/destroy/progress.ts";

/** As the CLI writes it without a terminal: its preview, then each step's begin and end. */
const output = `Previewing destroy (dev):
 -  aws:s3:Bucket models delete
 -  aws:eks:NodeGroup system delete

Destroying (dev):

@ destroying....
 -  aws:s3:Bucket models deleting (0s)
 -  aws:eks:NodeGroup system deleting (0s)
 -  aws:s3:Bucket models deleted (1s)
 -  aws:ec2:Vpc main deleting (0s)
`;

describe("how far a destroy has come", () => {
  it("is what the CLI says is deleted and under way", () => {
    expect(deletionsIn(output)).toEqual({
      deleted: 1,
      underWay: ["aws:eks:NodeGroup system", "aws:ec2:Vpc main"],
    });
    expect(deletionsLine(deletionsIn(output), 3)).toBe(
      "1 of 3 deleted; under way: aws:eks:NodeGroup system, aws:ec2:Vpc main",
    );
  });

  it("names a few of many", () => {
    expect(deletionsLine({ deleted: 0, underWay: ["a 1", "b 2", "c 3", "d 4", "e 5"] }, 9)).toBe(
      "0 of 9 deleted; under way: a 1, b 2, c 3 and 2 more",
    );
    expect(deletionsLine({ deleted: 9, underWay: [] }, 9)).toBe("9 of 9 deleted");
  });

  it("stays on one line of a terminal, however narrow", () => {
    const written: string[] = [];
    const terminal = { isTTY: true, columns: 30, write: (text: string) => written.push(text) > 0 };
    const progress = showDeletions(3, terminal as unknown as NodeJS.WriteStream);
    progress.onOutput(output);
    progress.end();
    expect(written.join("")).toBe("\r\u001b[K1 of 3 deleted; under way: aw\r\u001b[K");
  });
});
