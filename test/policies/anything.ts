import fc from "fast-check";
import { unknown, type Wire } from "../../scripts/plan/wire.ts";

/** Whatever may stand in a field, unknowns and secrets among it. */
export const anything: fc.Arbitrary<Wire> = fc.letrec<{ value: Wire }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<Wire>(
      null,
      unknown,
      true,
      false,
      "",
      "true",
      0,
      -1,
      1.5,
      600,
      Number.NaN,
      "IP",
      "HTTP",
      "*",
      "$(A)",
      "--",
      "-tp",
      "a@b@c",
    ),
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.double(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(
      fc.constantFrom(
        "name",
        "image",
        "args",
        "spec",
        "tags",
        "action",
        "block",
        "key",
        "values",
        "__proto__",
        "constructor",
      ),
      tie("value"),
      { maxKeys: 4 },
    ),
  ),
})).value;
