/** @throws RangeError for a name that the configuration's check accepts, though nothing has it */
export function found<Thing>(thing: Thing | undefined, name: string): Thing {
  if (thing === undefined) throw new RangeError(`nothing is called ${name}`);
  return thing;
}
