/** `fetch`, or what a test puts in its place. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** A service that doesn't answer must not hold up the others. */
const longestMilliseconds = 30_000;

/** What a public service answers, if it is a success. @throws Error with the address and what it answered */
export async function get(url: string, fetch: Fetch, init: RequestInit = {}): Promise<Response> {
  const answer = await ask(url, fetch, init);
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return answer;
}

/** What a public service answers, whatever it is. @throws Error with the host where nothing comes in 30 seconds */
export async function ask(url: string, fetch: Fetch, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(longestMilliseconds) });
  } catch (error) {
    const { message, cause } = error as Error;
    const { message: reason, code } = (cause ?? {}) as NodeJS.ErrnoException;
    throw new Error(`${new URL(url).host} doesn't answer: ${reason || code || message}`);
  }
}
