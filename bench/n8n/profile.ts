import { readFileSync } from 'node:fs';

import { manifest } from '../../test/harness/packageTypes';

/** What V8 writes, as far as it is used here. */
interface CpuProfile {
	nodes: Array<{ id: number; callFrame: { functionName: string; url: string }; children?: number[] }>;
	samples: number[];
	/** Microseconds before each sample. */
	timeDeltas: number[];
}

/** A part of the work, and the files in which it begins: what they call counts for them, up to the next that is named here. */
interface Part {
	name: string;
	files: RegExp;
}

const PARTS: Part[] = [
	{ name: 'the node itself', files: new RegExp(`/${manifest.name}/|/n8n-nodes-base/`) },
	{ name: 'expressions of its parameters', files: /\/@n8n\/expression-runtime\/|\/n8n-workflow\/.*(expression|workflow-data-proxy)/ },
	{ name: 'credential: database and decryption', files: /\/@n8n\/typeorm\/|\/sqlite3\/|\/n8n\/dist\/credentials-helper|\/n8n-core\/dist\/encryption\// },
	{ name: 'HTTP client and connections', files: /\/axios\/|\/follow-redirects\/|\/@n8n\/backend-network\/|request-helper|^node:(_http|_tls|net$|tls|internal\/(stream_base_commons|tls))/ },
	{ name: 'log', files: /\/winston|\/logform\/|\/@n8n\/backend-common\/dist\/logging/ },
	{ name: 'the rest of n8n', files: /\/n8n(-core|-workflow)?\/|\/@n8n\// },
];

const COLLECTION = 'garbage collection';
const OTHER = 'Node.js and what cannot be told';

/** Not counted: nothing is done then, or what is done is the measuring. */
const IDLE = '(idle)';
const MEASURING = /^node:inspector|bench\/n8n\/probe/;

/** What of a run’s time on the main thread went into which part, as shares of 1 in the order of the table. */
export function sharesOf(file: string): Map<string, number> {
	const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
	const byId = new Map(nodes.map((node) => [node.id, node]));
	const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
	const parts = new Map<number, string | null>();
	const partOf = (id: number): string | null => {
		const known = parts.get(id);
		if (known !== undefined) return known;
		const { functionName, url } = byId.get(id)!.callFrame;
		const parent = parents.get(id);
		const found = functionName === IDLE || MEASURING.test(url)
			? null
			: functionName === '(garbage collector)'
				? COLLECTION
				: (PARTS.find(({ files }) => files.test(url))?.name ?? (parent === undefined ? OTHER : partOf(parent)));
		parts.set(id, found);
		return found;
	};
	const spent = new Map([...PARTS.map(({ name }) => name), COLLECTION, OTHER].map((name) => [name, 0]));
	for (const [index, id] of samples.entries()) {
		const part = partOf(id);
		if (part !== null) spent.set(part, spent.get(part)! + timeDeltas[index]!);
	}
	const sum = [...spent.values()].reduce((total, each) => total + each, 0);
	return new Map([...spent].map(([name, each]) => [name, each / sum]));
}
