import { errorTable, memoryErrors, throughputErrors } from "./bench/capacity.ts";
import { measurePolicies } from "./bench/policies.ts";
import { measureStart } from "./bench/start.ts";

console.log(
  errorTable("Memory fit: tokens of the KV cache, from flags alone, against public logs", memoryErrors()),
);
console.log(
  errorTable(
    "\nThroughput: output tokens a second of one replica, against public benchmarks",
    throughputErrors(),
  ),
);
await measurePolicies();
measureStart();
