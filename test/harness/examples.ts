import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import mapValues from 'lodash/mapValues';
import type { INode, IPinData, IWorkflowSettings } from 'n8n-workflow';

import type { Holding, RunningSimulator } from '../simulator/definition';
import type { WorkflowJson } from './engine';
import { manifest, packageRoot } from './packageTypes';

/** A workflow as n8n exports it, and as users import it. */
export interface Example extends WorkflowJson {
	pinData: IPinData;
	settings: IWorkflowSettings;
}

export const examplesFolder = join(packageRoot, 'workflows');

/** The files of all examples. */
export const exampleFiles = readdirSync(examplesFolder).filter((file) => file.endsWith('.json'));

export function loadExample(file: string): Example {
	return JSON.parse(readFileSync(join(examplesFolder, file), 'utf8')) as Example;
}

/** The nodes of this package among them, as nodes or as an agent's tools. */
export function ownNodes({ nodes }: WorkflowJson): INode[] {
	return nodes.filter(({ type }) => type.startsWith(`${manifest.name}.`));
}

/** The name of the node type, as package and simulators have it, also where it is a tool. */
export function nodeName({ type }: INode): string {
	return type.slice(manifest.name.length + 1).replace(/Tool$/, '');
}

/** Values of a stored secret, by ID and by the vendor's name of the field. */
export type SecretsById = Record<string, Record<string, string>>;

/** What of a holding a stored secret has to have, for the kinds that the examples rotate. */
const HELD: Record<string, (holding: Holding) => unknown> = {
	adobeDestinationSdk: ({ s3Authentication }) => s3Authentication,
	dx: ({ secrets }) => secrets,
	nylas: ({ data }) => data,
	thousandEyes: ({ value }) => ({ value }),
};

/** Values that belong to a secret without being one. */
const PLAIN = ['accessId', 'client_id'];

/** The credentials that the examples name. */
const NAMED = ['405', '406', '456', '5a1c7b30-0001-4c8e-9d5f-a3b2c1d0e9f1', 'e19f8e1a-eb1c-41c0-b6a6-d2e59daf7f47'];

/** What the vendors hold now for the credentials that the examples name. */
export function heldSecrets(simulators: ReadonlyMap<string, RunningSimulator>): SecretsById {
	const held = Object.entries(HELD).flatMap(([name, of]) =>
		(simulators.get(name)?.holdings() ?? []).map((holding) => [holding.id, of(holding)] as const),
	);
	return Object.fromEntries(held.filter(([id]) => NAMED.includes(id))) as SecretsById;
}

/** The same with one new value in the place of every secret. */
export function withSecret(held: SecretsById, secret: string): SecretsById {
	return mapValues(held, (fields) => mapValues(fields, (value, name) => (PLAIN.includes(name) ? value : secret)));
}

/** The secrets alone. */
export function secretValues(secrets: SecretsById): string[] {
	return Object.values(secrets).flatMap((fields) =>
		Object.entries(fields).flatMap(([name, value]) => (PLAIN.includes(name) ? [] : [value])),
	);
}
