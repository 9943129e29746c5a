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
const text = z.string().min(1);
const tokens = z.array(z.int().min(0)).min(1);
/** As vLLM takes it: one or several, as text or as tokens. [vllm/entrypoints/openai/completion/protocol.py] */
const prompt = z.union([text, z.array(text).min(1), tokens, z.array(tokens).min(1)]);
const completion = z.looseObject({ ...common, prompt });

/** A request for an answer, by either API. */
export interface Asked {
  readonly model: string;
  readonly stream: boolean;
  /** Whether the last event of a stream reports its token usage. */
  readonly usage: boolean;
  /** Tokens of each prompt, one for four letters: each gets an answer. */
  readonly prompts: readonly number[];
  /** Tokens of each answer. */
  readonly length: number;
}

/** One of the two APIs: how it reads a request, and the forms of its answers. */
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
      return asked(said, [said.messages], said.max_completion_tokens ?? said.max_tokens);
    },
    whole: (content) => ({ message: { role: "assistant", content } }),
    piece: (content) => ({ delta: { content } }),
  },
  "/v1/completions": {
    id: "cmpl",
    object: { whole: "text_completion", piece: "text_completion" },
    read(body) {
      const said = completion.parse(body);
      return asked(said, promptsOf(said.prompt), said.max_tokens);
    },
    whole: (text) => ({ text }),
    piece: (text) => ({ text }),
  },
};

function asked(
  { model, stream, stream_options }: z.infer<typeof completion> | z.infer<typeof chat>,
  prompts: readonly unknown[],
  length: number | null | undefined,
): Asked {
  return {
    model,
    stream,
    usage: stream_options?.include_usage ?? false,
    prompts: prompts.map(tokensOf),
    length: length ?? usualTokens,
  };
}

function promptsOf(said: z.infer<typeof prompt>): readonly unknown[] {
  // A list of numbers is one prompt.
  return Array.isArray(said) && typeof said[0] !== "number" ? said : [said];
}

function tokensOf(prompt: unknown): number {
  const isTokens = Array.isArray(prompt) && typeof prompt[0] === "number";
  return isTokens ? prompt.length : Math.ceil(JSON.stringify(prompt).length / 4);
}
