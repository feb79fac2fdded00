/**
 * The first key that stands twice in one object of a JSON text, at any level, or `null`. A parser takes the last of them
 * without a word. Keys are compared as they read, however they are escaped. The text has to be valid JSON.
 */
export function repeatedKey(json: string): string | null {
	/** The keys so far of each object that is open; a list has none. */
	const open: Array<Set<string>> = [];
	for (let at = 0; at < json.length; at += 1) {
		const character = json[at];
		if (character === '{' || character === '[') open.push(new Set());
		else if (character === '}' || character === ']') open.pop();
		else if (character === '"') {
			const end = endOfText(json, at);
			if (isFollowedByColon(json, end)) {
				const key = JSON.parse(json.slice(at, end)) as string;
				const keys = open.at(-1);
				if (keys?.has(key)) return key;
				keys?.add(key);
			}
			at = end - 1;
		}
	}
	return null;
}

/** The place behind the quotation mark that ends the text which begins here. */
function endOfText(json: string, from: number): number {
	let at = from + 1;
	while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
	return at + 1;
}

function isFollowedByColon(json: string, from: number): boolean {
	let at = from;
	while (at < json.length && ' \t\n\r'.includes(json[at] ?? '')) at += 1;
	return json[at] === ':';
}
