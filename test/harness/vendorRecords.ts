import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { VendorRecord } from '../../nodes/kit/record';
import { guests } from './guests';

const NODES = join(__dirname, '..', '..', 'nodes');

/** The folders of all vendors, found by their place. */
const folders = readdirSync(NODES)
	.map((folder) => join(NODES, folder))
	.filter((folder) => existsSync(join(folder, 'record.ts')) && !folder.endsWith('kit'));

const recordIn = (folder: string) => Object.values(require(join(folder, 'record')) as Record<string, VendorRecord>)[0]!;

/** The records of all vendors, and those of guests. */
export const vendorRecords: VendorRecord[] = folders.map(recordIn).concat(guests().map(({ record }) => record));

