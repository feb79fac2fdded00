import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { VendorRecord } from '../../nodes/kit/record';
import { guests } from './guests';

const NODES = join(__dirname, '..', '..', 'nodes');

/** The records of all vendors, found by their place, and those of guests. */
export const vendorRecords: VendorRecord[] = readdirSync(NODES)
	.map((folder) => join(NODES, folder, 'record.ts'))
	.filter((file) => existsSync(file) && !file.includes(join('nodes', 'kit')))
	.flatMap((file) => Object.values(require(file) as Record<string, VendorRecord>))
	.concat(guests().map(({ record }) => record));
