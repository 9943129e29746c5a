/** Which inputs of an AWS resource its provider changes in place, and which make it create another one. */
export interface AwsRule {
  /** File under internal/service of hashicorp/terraform-provider-aws, and the commit at which it was read. */
  readonly source: string;
  /** `ForceNew` or `RequiresReplace` in the schema, as Pulumi spells it; a path where only a part of an input is. */
  readonly replaces: readonly string[];
  /** Everything else that the schema lets a program set. What is in neither list wasn't read. */
  readonly updates: readonly string[];
  /** What the resource's `CustomizeDiff` decides by both values. */
  readonly sometimes?: Readonly<Record<string, (old: Inputs, young: Inputs) => boolean>>;
}

type Inputs = Readonly<Record<string, unknown>>;

/** Words that are separated by spaces: the tables hold hundreds of names. */
export function rule(
  source: string,
  replaces: string,
  updates: string,
  sometimes?: AwsRule["sometimes"],
): AwsRule {
  return { source, replaces: words(replaces), updates: words(updates), ...(sometimes && { sometimes }) };
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
