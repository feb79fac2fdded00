/** One thing that is said to people, with holes such as {label} for what differs by case. */
export interface Message {
	/** What has happened. */
	text: string;
	/** When it is said; for the page about messages, and for whoever reads the table. */
	cause: string;
	/** What mends it; absent where nothing has to be mended, or the text says it all. */
	cure?: string;
	/** Whether it only stands in other messages, and is none by itself. */
	isPart?: true;
	/** The hole in other messages that such a part fills, or another one instead; for the page about messages. */
	fills?: string;
}

/** Messages by name. */
export type Messages = Readonly<Record<string, Message>>;

/** The names of a text's holes. Braces around anything but a word are none: JSON has some. */
type Holes<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? (Name extends `${string}${' ' | '"'}${string}` ? never : Name) | Holes<Rest> : never;

/** The texts that a message has. */
type TextsOf<M> = M extends { text: infer Text; cure: infer Cure } ? Text | Cure : M extends { text: infer Text } ? Text : never;

type Fillings<Text> = [Holes<Text>] extends [never] ? [] : [Readonly<Record<Holes<Text>, string | number>>];

/** The whole of a message: what has happened, and what mends it. */
export function say<const M extends Message>({ text, cure }: M, ...fillings: Fillings<TextsOf<M>>): string {
	return filled([text, cure].filter(Boolean).join(' '), fillings[0]);
}

/** What has happened alone: for a failure, whose hint says the rest. */
export function textOf<const M extends Message>({ text }: M, ...fillings: Fillings<M['text']>): string {
	return filled(text, fillings[0]);
}

/** What mends it alone; `null` where nothing has to be mended. */
export function cureOf<const M extends Message>({ cure }: M, ...fillings: Fillings<M extends { cure: infer Cure } ? Cure : never>): string | null {
	return cure === undefined ? null : filled(cure, fillings[0]);
}

function filled(text: string, fillings: Readonly<Record<string, string | number>> = {}): string {
	// By a function: what is filled in may hold “$&”.
	return text.replaceAll(/\{(\w+)\}/g, (hole, name: string) => String(fillings[name] ?? hole));
}

/** Names in quotes as a sentence lists them. */
export function quoted(names: readonly string[], lastJoint = ', '): string {
	const all = names.map((name) => `“${name}”`);
	const last = all.pop() ?? '';
	return all.length === 0 ? last : `${all.join(', ')}${lastJoint}${last}`;
}

/** A count with its noun. */
export function counted(count: number, noun: string, nouns = `${noun}s`): string {
	return count === 1 ? `1 ${noun}` : `${count} ${nouns}`;
}

/** What several places say, each thing once, as one text; `null` where nothing is said. */
export function eachOnce(texts: ReadonlyArray<string | null | undefined>): string | null {
	return [...new Set(texts.filter(Boolean))].join(' ') || null;
}
