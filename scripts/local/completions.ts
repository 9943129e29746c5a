import { z } from "zod";

const longestAnswer = 16_384;
/** Tokens of an answer without max_tokens. */
const usualTokens = 64;

const common = {
  model: z.string(),
  stream: z.boolean().default(false),
  stream_options: z.looseObject({ include_usage: z.boolean().default(false) }).nullish(),
  max_tokens: z.int().min(1).max(longestAnswer).nullish(),
  n: z.literal(1).default(1),
};
const chat = z.looseObject({
  ...common,
  messages: z.array(z.looseObject({ role: z.string() })).min(1),
  max_completion_tokens: z.int().min(1).max(longestAnswer).nullish(),
});
const completion = z.looseObject({ ...common, prompt: z.string() });

/** A request for an answer, whichever way it was asked. */
export interface Asked {
  readonly model: string;
  readonly stream: boolean;
  /** Whether the last event of a stream reports its token usage. */
  readonly usage: boolean;
  /** Tokens of the prompt, one for four letters. */
  readonly prompt: number;
  /** Tokens of the answer. */
  readonly length: number;
}

/** One of the two ways to ask: how it reads a request, and the forms of its answers. */
export interface Completions {
  /** What its answers' ids begin with. */
  readonly id: string;
  /** What its answers call themselves, whole and in pieces. */
  readonly object: { readonly whole: string; readonly piece: string };
  /** @throws ZodError for a body that isn't a request */
  read(body: unknown): Asked;
  whole(text: string): object;
  piece(text: string): object;
}

/** By path. */
export const completions: Readonly<Record<string, Completions>> = {
  "/v1/chat/completions": {
    id: "chatcmpl",
    object: { whole: "chat.completion", piece: "chat.completion.chunk" },
    read(body) {
      const said = chat.parse(body);
      return asked(said, said.messages, said.max_completion_tokens ?? said.max_tokens);
    },
    whole: (content) => ({ message: { role: "assistant", content } }),
    piece: (content) => ({ delta: { content } }),
  },
  "/v1/completions": {
    id: "cmpl",
    object: { whole: "text_completion", piece: "text_completion" },
    read(body) {
      const said = completion.parse(body);
      return asked(said, said.prompt, said.max_tokens);
    },
    whole: (text) => ({ text }),
    piece: (text) => ({ text }),
  },
};

function asked(
  { model, stream, stream_options }: z.infer<typeof completion> | z.infer<typeof chat>,
  prompt: unknown,
  length: number | null | undefined,
): Asked {
  return {
    model,
    stream,
    usage: stream_options?.include_usage ?? false,
    prompt: Math.ceil(JSON.stringify(prompt).length / 4),
    length: length ?? usualTokens,
  };
}
