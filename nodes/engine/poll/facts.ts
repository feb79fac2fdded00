import mapValues from 'lodash/mapValues';
import omit from 'lodash/omit';

import { toDateTime } from '../../kit/dates';
import type { TriggerRecord } from '../../kit/trigger';
import type { Found } from '../operation/perform';
import type { Redactor } from '../secrets/redaction';
import type { Listed } from './detect';
import { atAge } from './due';
import { printOf } from './print';

/**
 * What is compared and remembered of a credential: redacted as a result is. `null` for one without an ID, which could not be told again.
 * @param dueAfterDays the age at which a credential is due; `null` where its own date says so
 */
export function factsOf({ reading }: Found, redact: Redactor, { due, ignored = [] }: Pick<TriggerRecord, 'due' | 'ignored'>, dueAfterDays: number | null): Listed | null {
	const id = redact.fact(reading.id);
	if (id === null) return null;
	const name = redact.value(reading.name);
	const dates = {
		createdAt: momentOf(redact.fact(reading.createdAt)),
		updatedAt: momentOf(redact.fact(reading.updatedAt)),
		expiresAt: momentOf(redact.fact(reading.expiresAt)),
	};
	const attributes = mapValues(omit(reading.attributes, ignored), (value) => redact.value(value));
	return {
		id,
		name,
		print: printOf([name, redact.value(reading.type), redact.fact(reading.parentId), dates, attributes]),
		dueAt: dueAt(dates, due, dueAfterDays),
		createdAt: dates.createdAt,
		latest: dates.updatedAt !== null && (dates.createdAt === null || dates.updatedAt > dates.createdAt) ? dates.updatedAt : dates.createdAt,
	};
}

type Dates = Record<'createdAt' | 'updatedAt' | 'expiresAt', number | null>;

function dueAt(dates: Dates, due: TriggerRecord['due'], dueAfterDays: number | null): number | null {
	if (due === undefined) return null;
	if (due === 'expiresAt') return dates.expiresAt;
	const since = dates[due.since];
	return since === null || dueAfterDays === null ? null : atAge(since, dueAfterDays);
}

function momentOf(date: unknown): number | null {
	return toDateTime(date)?.toMillis() ?? null;
}
