// The language of the templates. Words: `__Name__` (CommerceLayer), `__node__` (commerceLayer), `__Label__` (Commerce Layer) and
// `__keyword__` (commercelayer), in file names as well. A line `// @if pages number,offset` keeps what follows only for these
// choices, until `// @else` or `// @end`; such parts can be nested.

const DIRECTIVE = /^\s*\/\/ @(if|else|end)\b\s*(.*)$/;

/**
 * @param {string} template
 * @param {{ name: string, node: string, label: string, keyword: string }} words
 * @param {Record<string, string>} choices
 */
export function fill(template, words, choices) {
	const kept = [];
	/** Whether each part that has begun is wanted, the innermost last. */
	const parts = [];
	for (const line of template.split('\n')) {
		const [, directive, condition] = DIRECTIVE.exec(line) ?? [];
		if (directive === 'if') parts.push(holds(condition, choices));
		else if (directive === 'else') parts.push(!parts.pop());
		else if (directive === 'end') parts.pop();
		else if (parts.every(Boolean)) kept.push(line);
	}
	return withWords(kept.join('\n'), words);
}

/** A condition names a choice, and what it may be: `pages number,offset`. */
function holds(condition, choices) {
	const [name, values] = condition.split(' ');
	return values.split(',').includes(choices[name]);
}

export function withWords(text, { name, node, label, keyword }) {
	return text.replaceAll('__Name__', name).replaceAll('__node__', node).replaceAll('__Label__', label).replaceAll('__keyword__', keyword);
}
