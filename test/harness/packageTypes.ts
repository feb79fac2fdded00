import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

import partition from 'lodash/partition';
import type { ICredentialType, INodeType, INodePropertyOptions } from 'n8n-workflow';

import type { OperationName } from '../../nodes/kit/operation';
import { resourceOf } from '../../nodes/kit/operations';
import { guests } from './guests';

/** The repository's root: the folder that holds the package.json of the package itself. */
export const packageRoot = findRoot(__dirname);

function findRoot(folder: string): string {
	try {
		const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string };
		if (name === 'n8n-nodes-credential-rotation') return folder;
	} catch {
		// No package.json here: look further up.
	}
	return findRoot(resolve(folder, '..'));
}

export interface PackageManifest {
	name: string;
	version: string;
	n8n: { nodes: string[]; credentials: string[] };
}

export const manifest = JSON.parse(
	readFileSync(join(packageRoot, 'package.json'), 'utf8'),
) as PackageManifest;

/** What the package brings to n8n, by name without the package prefix. */
export interface PackageTypes {
	/** Those that work on items. */
	nodes: Map<string, INodeType>;
	/** Those that start a workflow. */
	triggers: Map<string, INodeType>;
	credentials: Map<string, ICredentialType>;
}

/**
 * Instances of everything that package.json registers: compiled, as n8n loads it, or the TypeScript source that it is
 * compiled from.
 */
export function loadPackageTypes(from: 'dist' | 'source'): PackageTypes {
	const instances = <T extends object>(files: string[]) =>
		files.map((file) => {
			const path = join(packageRoot, from === 'dist' ? file : file.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
			const className = basename(file).split('.')[0]!;
			const module = require(path) as Record<string, new () => T>;
			return new module[className]!();
		});
	const nodes = [...instances<INodeType>(manifest.n8n.nodes), ...guests().map(({ node }) => node)];
	const credentials = [...instances<ICredentialType>(manifest.n8n.credentials), ...guests().map(({ credentialType }) => credentialType)];
	const [triggers, others] = partition(nodes, ({ description }) => description.group.includes('trigger'));
	const byName = (some: INodeType[]) => new Map(some.map((node) => [node.description.name, node]));
	return {
		nodes: byName(others),
		triggers: byName(triggers),
		credentials: new Map(credentials.map((credential) => [credential.name, credential])),
	};
}

/** The nodes that the tests of every vendor go through: all of the package, or the one that `VENDOR` names in the environment. */
export function nodesUnderTest({ nodes }: PackageTypes): string[] {
	const { VENDOR: only } = process.env;
	if (!only) return guests().length > 0 ? guests().map(({ record }) => record.name) : [...nodes.keys()];
	if (!nodes.has(only)) throw new Error(`VENDOR is “${only}”, which is none of ${[...nodes.keys()].join(', ')}.`);
	return [only];
}

/** The operations on credentials that a node offers, in its order: each works on its own, whatever others do. */
export function offeredBy(node: INodeType): OperationName[] {
	return allOfferedBy(node).filter((operation) => resourceOf(operation) === 'credential');
}

/** Every operation that a node offers, resource by resource. */
export function allOfferedBy({ description }: INodeType): OperationName[] {
	const switches = description.properties.filter(({ name }) => name === 'operation');
	return switches.flatMap(({ options }) => (options as INodePropertyOptions[]).map(({ value }) => value as OperationName));
}

/** Names of the fields of a credential type that a person fills in and the editor masks. */
export function maskedFields({ properties }: ICredentialType): string[] {
	return properties
		.filter(({ typeOptions, type }) => typeOptions?.password === true && type !== 'hidden')
		.map(({ name }) => name);
}
