import type { Provider } from "../provider.ts";
import { constructEks } from "./construct.ts";

/** pulumi-eks as far as this project uses it: it makes components, and no resources of its own. */
export class EksProvider implements Provider {
  readonly construct = constructEks;
  readonly check = none;
  readonly replacing = none;
  readonly deletesFirst = none;
  readonly previewCreate = none;
  readonly create = none;
  readonly read = none;
  readonly previewUpdate = none;
  readonly update = none;
  readonly delete = none;
  readonly invoke = none;

  configure() {}

  replacedByConfig(): boolean {
    return false;
  }
}

function none(): never {
  throw new Error("the stand-in for pulumi-eks makes components only");
}
