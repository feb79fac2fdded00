// What the command line asks for, or what is wrong with it.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What has to be chosen, and from what. */
export const CHOICES = {
	auth: ['bearer', 'basic', 'header', 'oauth2'],
	ids: ['integer', 'text'],
	pages: ['number', 'offset', 'cursor', 'none'],
	due: ['updated', 'created', 'expires', 'none'],
};

export const USAGE = `npm run new-vendor -- <Name> ${Object.entries(CHOICES)
	.map(([name, values]) => `--${name} ${values.join('|')}`)
	.join(' ')}`;

/** Credential types that n8n itself has, from the packages n8n-nodes-base and n8n-nodes-langchain 2.41.1: those that end as ours do. */
const TYPES_OF_N8N = readFileSync(join(import.meta.dirname, 'credentialTypesOfN8n.txt'), 'utf8').split('\n').filter(Boolean);

/** Endings that n8n, its lint or this package add or read by themselves. */
const ENDINGS = ['Api', 'Credential', 'Credentials', 'Node', 'OAuth2', 'Tool', 'Trigger'];

/**
 * @param {string[]} args of the command
 * @param {string} root the folder of the package
 * @returns {{ name: string, choices: Record<string, string> } | { complaints: string[] }} one sentence for each thing that is wrong
 */
export function readArguments(args, root) {
	const names = [];
	const choices = {};
	const complaints = [];
	for (let place = 0; place < args.length; place += 1) {
		const arg = args[place];
		if (!arg.startsWith('-')) {
			names.push(arg);
			continue;
		}
		const [, option = '', inline] = /^--([^=]*)(?:=(.*))?$/s.exec(arg) ?? [];
		const hasNext = place + 1 < args.length && !args[place + 1].startsWith('-');
		const value = inline ?? (hasNext ? args[(place += 1)] : '');
		if (!Object.hasOwn(CHOICES, option)) {
			complaints.push(`There is no option ${arg}.`);
			continue;
		}
		if (Object.hasOwn(choices, option)) complaints.push(`--${option} is given twice.`);
		else if (!CHOICES[option].includes(value)) complaints.push(`--${option} is “${value}”; it must be one of ${CHOICES[option].join(', ')}.`);
		choices[option] = value;
	}
	for (const option of Object.keys(CHOICES)) {
		if (!Object.hasOwn(choices, option)) complaints.push(`--${option} is missing; it must be one of ${CHOICES[option].join(', ')}.`);
	}
	const [name, ...others] = names;
	if (name === undefined) complaints.unshift('The vendor’s name is missing.');
	else complaints.unshift(...complaintsAbout(name, root));
	if (others.length > 0) complaints.push(`One vendor at a time: “${others.join(' ')}” is too much.`);
	return complaints.length > 0 ? { complaints } : { name, choices };
}

/** What keeps a vendor from being called so. */
function complaintsAbout(name, root) {
	if (!/^([A-Z][a-z0-9]+)+$/.test(name)) {
		return [`“${name}” is no name in PascalCase; give words of letters and digits, each with one capital, such as CommerceLayer.`];
	}
	const ending = ENDINGS.find((each) => name.endsWith(each));
	if (ending !== undefined) return [`“${name}” ends with “${ending}”, which is added or read elsewhere; give the name of the vendor alone.`];
	const { node, label } = wordsFor(name);
	if (isReserved(node)) return [`“${node}” is a word of JavaScript; add the name of the product.`];
	const { n8n } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
	const taken = [...n8n.nodes, ...n8n.credentials].map((file) => basename(file).split('.')[0]);
	const own = taken.find((each) => [name, `${name}Api`].some((wanted) => wanted.toLowerCase() === each.toLowerCase()));
	if (own !== undefined) return [`This package has “${own}” already; give another name.`];
	const type = TYPES_OF_N8N.find((each) => each.toLowerCase() === `${name}Api`.toLowerCase());
	if (type !== undefined) return [`n8n itself has a credential type “${type}”, which would stand in for ours; add the name of the product.`];
	const word = new RegExp(`\\b(${node}|${label.replaceAll(' ', '\\s?')})\\b`, 'i');
	const file = ['kit', 'engine'].flatMap((folder) => filesBelow(join(root, 'nodes', folder))).find((each) => word.test(readFileSync(each, 'utf8')));
	if (file === undefined) return [];
	return [`“${label}” is a word that ${file.slice(root.length + 1)} has, and kit and engine name no vendor; add the name of the product.`];
}

/** Whether nothing in JavaScript can be called so. */
function isReserved(word) {
	try {
		new Function(`'use strict'; const ${word} = 0;`);
		return false;
	} catch {
		return true;
	}
}

/** How a vendor is called in each place. */
export function wordsFor(name) {
	return {
		name,
		node: name[0].toLowerCase() + name.slice(1),
		label: name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2'),
		keyword: name.toLowerCase(),
	};
}

/** Every file in a folder and the folders in it. */
export function filesBelow(folder) {
	return readdirSync(folder).flatMap((name) => {
		const path = join(folder, name);
		return statSync(path).isDirectory() ? filesBelow(path) : [path];
	});
}
