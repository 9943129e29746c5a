/** `fetch`, or a test's replacement. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** A service that doesn't answer must not hold up the others. */
const longestMilliseconds = 30_000;

/** A public service's response, if successful. @throws Error with the address and the status */
export async function get(url: string, fetch: Fetch, init: RequestInit = {}): Promise<Response> {
  const answer = await ask(url, fetch, init);
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return answer;
}

/** A public service's response, whatever its status. @throws Error with the host when there is none within 30 seconds */
export async function ask(url: string, fetch: Fetch, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(longestMilliseconds) });
  } catch (error) {
    const { message, cause } = error as Error;
    const { message: reason, code } = (cause ?? {}) as NodeJS.ErrnoException;
    throw new Error(`${new URL(url).host} doesn't answer: ${reason || code || message}`);
  }
}
